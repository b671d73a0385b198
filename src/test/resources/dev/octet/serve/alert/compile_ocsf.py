"""Compiles the part of the OCSF schema that an Octet alert uses to JSON Schema.

    git clone https://github.com/ocsf/ocsf-schema && git -C ocsf-schema checkout 3dcb905d   # 1.8.0, Apache-2.0
    python3 compile_ocsf.py ocsf-schema > ocsf-1.8.0-detection-finding.json

Classes and objects keep all their attributes, so an attribute that OCSF does not know is an error; an object outside
OBJECTS is only checked to be one.
"""
import json
import subprocess
import sys

ROOT, COMMIT = sys.argv[1], "3dcb905d"
OBJECTS = ["metadata", "product", "finding_info", "analytic", "evidences", "actor", "user", "network_endpoint", "location",
           "autonomous_system", "http_request", "observable", "anomaly_analysis", "key_value_object"]
# Profiles whose attributes are allowed only where metadata.profiles names them: none is used
DROPPED = "$include"


def read(path):
    git = ["git", "--git-dir", ROOT] if ROOT.endswith("repo") else ["git", "-C", ROOT]
    return json.loads(subprocess.run(git + ["show", f"{COMMIT}:{path}"], check=True, capture_output=True).stdout)


def resolved(folder, name):
    own = read(f"{folder}/{name}.json")
    parent = own.get("extends")
    base = {"attributes": {}, "constraints": {}}
    if parent:
        base = resolved("events", "findings/finding") if parent == "finding" else \
            resolved("events", "base_event") if parent == "base_event" else resolved("objects", parent)
    attributes = dict(base["attributes"])
    for key, value in own.get("attributes", {}).items():
        if key == DROPPED:
            continue
        before = attributes.get(key, {})
        merged = {**before, **value}
        if "enum" in before or "enum" in value:
            merged["enum"] = {**before.get("enum", {}), **value.get("enum", {})}
        attributes[key] = merged
    return {"attributes": attributes, "constraints": own.get("constraints", base["constraints"])}


DICTIONARY = read("dictionary.json")
ATTRIBUTES, TYPES = DICTIONARY["attributes"], DICTIONARY["types"]["attributes"]


def schema_of_type(name):
    scalar = TYPES[name]
    root = scalar
    schema = {}
    while True:
        for key, to in (("regex", "pattern"), ("max_len", "maxLength")):
            if key in root and to not in schema:
                schema[to] = root[key]
        if "range" in root and "minimum" not in schema:
            schema["minimum"], schema["maximum"] = root["range"]
        if "type" not in root:
            break
        name = root["type"]
        root = TYPES[name]
    types = {"string_t": "string", "integer_t": "integer", "long_t": "integer", "float_t": "number",
             "boolean_t": "boolean", "json_t": None}
    if types[name]:
        schema["type"] = types[name]
    return schema


def schema_of_attribute(name, own):
    known = {**ATTRIBUTES.get(name, {}), **own}
    enum = {**ATTRIBUTES.get(name, {}).get("enum", {}), **own.get("enum", {})}
    kind = known["type"]
    if kind in TYPES:
        schema = schema_of_type(kind)
        if enum:
            integers = schema.get("type") == "integer"
            schema["enum"] = sorted(int(v) if integers else v for v in enum)
    elif kind in OBJECTS:
        schema = {"$ref": f"#/$defs/{kind}"}
    else:
        schema = {"type": "object"}
    return {"type": "array", "items": schema} if known.get("is_array") else schema


def schema_of(found):
    schema = {"type": "object", "additionalProperties": False, "properties": {}, "required": []}
    for name, own in sorted(found["attributes"].items()):
        schema["properties"][name] = schema_of_attribute(name, own)
        if own.get("requirement") == "required":
            schema["required"].append(name)
    for rule, names in found["constraints"].items():
        key = {"at_least_one": "anyOf", "just_one": "oneOf"}[rule]
        schema[key] = [{"required": [name]} for name in names]
    return schema


event = resolved("events", "findings/detection_finding")
# What the schema server adds for every class: category 2, class 4 of it, and a type for each activity
event["attributes"]["class_uid"]["enum"] = {"2004": {}}
event["attributes"]["category_uid"]["enum"] = {"2": {}}
event["attributes"]["type_uid"]["enum"] = {str(200400 + int(a)): {} for a in event["attributes"]["activity_id"]["enum"]}
schema = {"$schema": "https://json-schema.org/draft/2020-12/schema",
          "$comment": f"OCSF 1.8.0, class 2004, from github.com/ocsf/ocsf-schema at {COMMIT}, Apache-2.0; compile_ocsf.py"}
schema.update(schema_of(event))
schema["$defs"] = {name: schema_of(resolved("objects", name)) for name in OBJECTS}
# The schema server adds to an observable's types whatever the dictionary marks as observable
observable = schema["$defs"]["observable"]["properties"]["type_id"]["enum"]
marked = [entry["observable"] for part in (TYPES, ATTRIBUTES) for entry in part.values() if "observable" in entry]
schema["$defs"]["observable"]["properties"]["type_id"]["enum"] = sorted(set(observable + marked))
json.dump(schema, sys.stdout, indent=1, sort_keys=True)
print()
