"""The branch of a firm: one that stands already, or a new one below the community's committee."""

from dataclasses import dataclass
from datetime import date

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from grids.models import today
from partybuilding.organisations.models import Organisation
from partybuilding.organisations.queries import OrganisationQuerySet
from partybuilding.organisations.terms import Kind, Setting
from partybuilding.sectors.models import Firm
from partybuilding.sectors.terms import Kind as FirmKind
from partybuilding.sectors.workflow import Stage
from wangguan.refusals import Refused
from wangguan.words import storable


@dataclass(frozen=True)
class NewBranch:
    """A branch that is founded with the step."""

    name: str
    founded_on: date


def choices(firm: Firm) -> OrganisationQuerySet:
    """Standing branches of firms and sectors in the firm's community, and those of the whole street."""
    kinds, settings = (Kind.BRANCH, Kind.GENERAL_BRANCH), (Setting.SECTOR, Setting.FIRM)
    near = Q(community=firm.community_id) | Q(community__isnull=True)
    return Organisation.objects.standing().filter(near, kind__in=kinds, setting__in=settings)


def chosen(firm: Firm, organisation: Organisation | None) -> Organisation:
    """The organisation as it stands, if a firm may belong to it.

    Raises:
        Refused: none was named, or it is dissolved or of another kind.
    """
    found = choices(firm).filter(pk=organisation.pk).first() if organisation else None
    if found is None:
        said = _("Choose a standing branch of the emerging sectors or of a firm.")
        raise Refused(said, field="organisation")
    return found


def alone(firm: Firm, organisation: Organisation) -> Organisation:
    """The same organisation, if no other firm has it as its own.

    Raises:
        Refused: another firm has it; this one may join it.
    """
    others = Firm.objects.filter(branch=organisation, stage=Stage.ESTABLISHED).exclude(pk=firm.pk)
    if others.exists():
        said = _("That is another firm's own branch. Record it as a joint branch instead.")
        raise Refused(said, field="organisation")
    return organisation


def found(firm: Firm, new: NewBranch) -> Organisation:
    """Enter a new branch below the committee of the firm's community.

    Raises:
        Refused: the community has no committee yet, the day lies ahead, or the name will not do.
    """
    if new.founded_on > today():
        raise Refused(_("The founding day lies ahead."), field="founded_on")
    branch = Organisation(
        name=storable(new.name),
        kind=Kind.BRANCH,
        setting=Setting.FIRM if firm.kind == FirmKind.FIRM else Setting.SECTOR,
        parent=_committee(firm),
        community_id=firm.community_id,
        founded_on=new.founded_on,
    )
    try:
        with transaction.atomic():
            branch.full_clean()
            branch.save()
    except ValidationError as error:
        raise Refused(" ".join(error.messages), field="new_name") from error
    except IntegrityError as error:
        raise Refused(_("There is an organisation of this name."), field="new_name") from error
    return branch


def _committee(firm: Firm) -> Organisation:
    standing = Organisation.objects.standing().filter(kind=Kind.COMMITTEE, community=firm.community_id)
    committee = standing.order_by("setting", "pk").filter(setting=Setting.COMMUNITY).first()
    if committee is None:
        said = _("The community has no committee in the tree of organisations; enter it there first.")
        raise Refused(said, field="new_name")
    return committee
