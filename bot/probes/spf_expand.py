"""The names and texts that the macros of an SPF record make in one check (RFC 7208 section 7)."""

from collections.abc import Mapping

import idna

from bot.formats.errors import FormatError
from bot.formats.spf_macro import MacroString, parse_explanation, shorten_name
from bot.network.errors import NetworkError
from bot.probes.spf_cost import Cost, Look
from bot.probes.spf_hosts import Hosts
from bot.probes.spf_questions import IPAddress, Questions, arpa, dotted, query_name


class Expansion:
    """Macros expanded for one client and one sender."""

    def __init__(
        self,
        questions: Questions,
        hosts: Hosts,
        cost: Cost,
        client: IPAddress,
        values: Mapping[str, str],
    ) -> None:
        self._questions = questions
        self._hosts = hosts
        self._cost = cost
        self._values = {
            **values,
            "s": f"{values['l']}@{values['o']}",
            "i": dotted(client),
            "c": str(client),
            "v": arpa(client),
        }

    async def target(self, spec: MacroString, domain: str, look: Look | None = None) -> str | None:
        """A domain-spec expanded to a name; None where it is none that DNS could have."""
        if spec.letters & {"s", "l"} and not self._values["l"].isascii():
            return None  # RFC 8616 section 4
        name = shorten_name(spec.expand(await self._known(spec, domain, look)))
        return name if query_name(name) else None

    async def explain(self, spec: MacroString, domain: str) -> str | None:
        """What the owner of the deciding record says of a fail (section 6.2)."""
        target = await self.target(spec, domain)
        if target is None:
            return None
        try:
            answer = await self._questions.texts(query_name(target) or "")
            if len(answer.records) != 1:
                return None
            text = parse_explanation(answer.records[0].text)
        except (NetworkError, FormatError):
            return None
        # DNS does not mind the case of nibbles, readers do: implementations agree on capitals.
        known = {**await self._known(text, domain), "i": self._values["i"].upper()}
        said = text.expand(known)
        # It may end up in an SMTP reply: a sender's own letters must not spoil that.
        return said if said.isascii() and said.isprintable() and said else None

    async def _known(
        self, spec: MacroString, domain: str, look: Look | None = None
    ) -> Mapping[str, str]:
        """The values of the macros (section 7.2)."""
        values = {**self._values, "d": domain}
        if "p" in spec.letters:
            if look is not None:
                # Section 4.6.4: this PTR question is within the limit, too.
                self._cost.count_lookup(look, "%{p}")
            values["p"] = await self._hosts.client_name(domain)
        return values


def a_labels(name: str) -> str:
    """The name as DNS has it (RFC 8616 section 4); what cannot be one stays, and is refused."""
    if name.isascii():
        return name
    try:
        return idna.encode(name, uts46=True).decode()
    except idna.IDNAError:
        return name
