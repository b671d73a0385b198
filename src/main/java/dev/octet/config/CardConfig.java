package dev.octet.config;

import static dev.octet.config.ConfigTypes.text;

import java.util.List;
import java.util.Optional;

/**
 * The parts of a bundle's model card that no run can know.
 *
 * @param purpose what the model is meant for
 * @param dataLicence under which terms the training data may be used
 * @param contact who answers for the model
 */
public record CardConfig(Optional<String> purpose, Optional<String> dataLicence, Optional<String> contact) {
    private static final Key<Optional<String>> PURPOSE = Key.optional(
            "purpose", text("a sentence"), "what the model is meant for; a general sentence where not given");
    private static final Key<Optional<String>> DATA_LICENCE = Key.optional(
            "data-licence",
            text("a licence"),
            "terms under which the training data may be used, e.g. `CC BY 4.0` or `internal, personal data`");
    private static final Key<Optional<String>> CONTACT =
            Key.optional("contact", text("a name or address"), "who answers for the model");

    static final Section<CardConfig> SECTION = new Section<>(
            "card",
            "What the model card in the bundle says that a run cannot know; the rest of the card is measured"
                    + " ([bundle.md](bundle.md#model-card)).",
            List.of(PURPOSE, DATA_LICENCE, CONTACT),
            settings -> new CardConfig(settings.get(PURPOSE), settings.get(DATA_LICENCE), settings.get(CONTACT)));
}
