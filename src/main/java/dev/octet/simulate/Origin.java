package dev.octet.simulate;

import com.fasterxml.jackson.annotation.JsonProperty;

/**
 * Where the logins of an incident come from.
 *
 * @param network kind of network
 * @param networks number of networks, of the incident or, where the network depends on the person, of each person
 * @param addresses number of addresses in these networks, at least one in each
 */
record Origin(
        @JsonProperty(required = true) Kind network,
        @JsonProperty(required = true) Distribution networks,
        @JsonProperty(required = true) Distribution addresses) {
    enum Kind {
        /** The person's own network and address. */
        @JsonProperty("own")
        OWN(true),
        /** Another network of the person's country, popular ones first. */
        @JsonProperty("same-country")
        SAME_COUNTRY(true),
        /** Networks of one other country, popular ones first. */
        @JsonProperty("other-country")
        OTHER_COUNTRY(true),
        /** Networks that most failures come from, each of a country of its own. */
        @JsonProperty("hosting")
        HOSTING(false),
        /** Networks that people mostly log in from, each of a country of its own, drawn as failures are. */
        @JsonProperty("residential")
        RESIDENTIAL(false),
        /** A company's network in the country of its users. */
        @JsonProperty("office")
        OFFICE(false),
        /** A VPN's exits, in the country of its users or in another. */
        @JsonProperty("vpn")
        VPN(false);

        /** Whether each person has a place of its own; else the incident has one. */
        final boolean personal;

        Kind(boolean personal) {
            this.personal = personal;
        }
    }
}
