"""Of two who move a row at once, one does."""

import pytest
from django.db.models import Q

from partybuilding.checkins.models import MemberCheckIn
from tests.cast import Cast
from tests.partybuilding.checkins.scene import member_in
from wangguan.swap import MovedMeanwhile, swap

pytestmark = pytest.mark.django_db


def test_the_first_writes_and_the_second_does_not(cast: Cast) -> None:
    first = member_in(cast)
    second = MemberCheckIn.objects.get(pk=first.pk)
    swap(first, duty="楼道长")
    with pytest.raises(MovedMeanwhile):
        swap(second, duty="调解员")
    assert (first.duty, first.version, MemberCheckIn.objects.get().duty) == ("楼道长", 3, "楼道长")


def test_what_must_be_true_besides_is_asked_too(cast: Cast) -> None:
    row = member_in(cast)
    with pytest.raises(MovedMeanwhile):
        swap(row, Q(state="submitted"), duty="调解员")
    assert (row.version, MemberCheckIn.objects.get().duty) == (2, "楼道长")
