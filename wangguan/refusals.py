"""Why something did not happen, as a sentence that the person can act on."""

from django.utils.functional import Promise


class Refused(Exception):
    """The step is not taken; `sentence` says why and what to do instead.

    `field` names the form field to mend, where there is one.
    """

    def __init__(self, sentence: str | Promise, *, field: str = "") -> None:
        super().__init__(str(sentence))
        self.field = field

    @property
    def sentence(self) -> str:
        return str(self)

    @property
    def reason(self) -> str:
        """The reason alone, for where the matter itself does not stand below."""
        return self.sentence
