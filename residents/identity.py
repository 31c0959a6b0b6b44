"""What a resident identity card's number says about itself (GB 11643)."""

from datetime import date

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _
from stdnum.cn import ric

from grids.models import today
from residents.terms import Sex


def clean_id_number(typed: str) -> str:
    """As it is stored: 18 characters, the check character in upper case, no blanks."""
    return "".join(typed.split()).upper()


def check_id_number(number: str) -> None:
    """Refuse a number whose length, date or check character is wrong.

    The place of registration is not checked: districts come and go, cards stay valid.

    Raises:
        ValidationError: with a sentence that says which part to look at again.
    """
    if len(number) != 18 or not number[:17].isascii() or not number[:17].isdigit():
        raise ValidationError(_("An ID number has 17 digits and one last digit or X."))
    if born_on(number) is None:
        raise ValidationError(_("Digits 7 to 14 of this ID number are not a date of birth."))
    if ric.calc_check_digit(number) != number[17].upper():
        raise ValidationError(
            _("The last character of this ID number does not fit; please check the digits.")
        )


def born_on(number: str) -> date | None:
    """The date of birth in it; None where its digits are no day that has been."""
    try:
        day = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return None
    return day if date(1880, 1, 1) <= day <= today() else None


def sex(number: str) -> Sex:
    """Odd order numbers (digits 15 to 17) are male, even ones female."""
    return Sex.MALE if int(number[16]) % 2 else Sex.FEMALE
