"""What a member of the staff settles for themselves: how to be told, and leave."""

from datetime import timedelta
from typing import Any

from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from grids.models import Leave, Post, User, today
from wangguan.notify.choices import CHOICES, SMS_GROUPS, Group

LONGEST = timedelta(days=366)


class ChannelsForm(forms.Form):
    """One box for each choice; a text message only where it may be switched."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for choice in CHOICES:
            label = _("Text message") if choice.endswith(":sms") else _("Email")
            self.fields[choice] = forms.BooleanField(label=label, required=False)

    @property
    def chosen(self) -> list[str]:
        return [choice for choice in CHOICES if self.cleaned_data[choice]]

    def groups(self) -> list[tuple[Group, forms.BoundField | None, forms.BoundField]]:
        """Each group with its box for text messages (None: they always go out) and the one for email."""
        return [
            (group, self[f"{group}:sms"] if group in SMS_GROUPS else None, self[f"{group}:email"])
            for group in Group
        ]


class LeaveForm(forms.Form):
    """From when to when, for which of one's own posts, and who stands in."""

    starts_on = forms.DateField(label=_("First day"), widget=forms.DateInput({"type": "date"}))
    ends_on = forms.DateField(label=_("Last day"), widget=forms.DateInput({"type": "date"}))
    posts = forms.ModelMultipleChoiceField(
        label=_("For which posts"),
        queryset=Post.objects.none(),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Please choose at least one post.")},
    )
    deputy = forms.ChoiceField(label=_("Who stands in"))
    assign_now = forms.BooleanField(
        label=_("Put my open matters in the deputy's charge now"),
        help_text=_("Otherwise they stay in your name, and the deputy may work on them meanwhile."),
        required=False,
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        self.user = user
        own = [post.pk for post in user.current_posts if post.user_id == user.pk and post.unit]
        posts = self.fields["posts"]
        posts.queryset = Post.objects.with_units().filter(pk__in=own).order_by("id")  # type: ignore[attr-defined]
        self._serving = _serving_near([post for post in user.current_posts if post.pk in own], user)
        names = {post.user_id: f"{post.user} · {post.title}" for post in reversed(self._serving)}
        choices = sorted(names.items(), key=lambda row: row[1])
        self.fields["deputy"].choices = [("", _("Please choose")), *choices]  # type: ignore[attr-defined]
        for name in ("starts_on", "ends_on"):
            self.fields[name].widget.attrs["min"] = today().isoformat()

    def clean_deputy(self) -> User:
        wanted = self.cleaned_data["deputy"]
        return next(post.user for post in self._serving if str(post.user_id) == wanted)

    def clean_starts_on(self) -> Any:
        day = self.cleaned_data["starts_on"]
        if day < today():
            raise forms.ValidationError(_("This day is over; leave can begin today at the earliest."))
        return day

    def clean(self) -> dict[str, Any]:
        told = super().clean() or self.cleaned_data
        starts_on, ends_on = told.get("starts_on"), told.get("ends_on")
        if starts_on and ends_on:
            if ends_on < starts_on:
                self.add_error("ends_on", _("The last day lies before the first."))
            elif ends_on - starts_on > LONGEST:
                self.add_error("ends_on", _("Leave of more than a year: ask to have the post ended instead."))
        if not self.errors:
            self._check_posts(told)
        return told

    def _check_posts(self, told: dict[str, Any]) -> None:
        deputy, span = told["deputy"], {"starts_on__lte": told["ends_on"], "ends_on__gte": told["starts_on"]}
        for post in told["posts"]:
            if post.ends_on and post.ends_on < told["ends_on"]:
                self.add_error("posts", _("%(post)s ends before that leave does.") % {"post": post.title})
            if not any(other.user_id == deputy.pk and _is_near(other, post) for other in self._serving):
                self.add_error(
                    "deputy",
                    _("This person serves neither with %(post)s nor above it.") % {"post": post.title},
                )
        taken = Leave.objects.filter(post__in=told["posts"], **span).select_related("deputy")
        for leave in taken:
            self.add_error(
                "starts_on",
                _("In that time %(deputy)s stands in for you already; end that leave first.")
                % {"deputy": leave.deputy},
            )
        if Leave.objects.filter(post__user=deputy, **span).exists():
            self.add_error("deputy", _("This person is away in that time; please choose somebody else."))


def _is_near(other: Post, post: Post) -> bool:
    """Whether `other` is a post of the same unit as `post`, or of one above it."""
    if post.department_id:
        return other.department_id == post.department_id
    community = post.grid.community_id if post.grid else post.community_id
    same_grid = bool(post.grid_id) and other.grid_id == post.grid_id
    return same_grid or (bool(community) and other.community_id == community) or bool(other.street_id)


def _serving_near(posts: list[Post], user: User) -> list[Post]:
    """Posts in force, of others, in these posts' units and above them. One query."""
    near = Q(pk__in=())
    for post in posts:
        if post.department_id:
            near |= Q(department=post.department_id)
        else:
            near |= Q(street__isnull=False)
            near |= Q(grid=post.grid_id) if post.grid_id else Q(pk__in=())
            community = post.grid.community_id if post.grid else post.community_id
            near |= Q(community=community) if community else Q(pk__in=())
    found = Post.objects.current().with_units().filter(near).exclude(user=user)
    return list(found.select_related("user", "grid__community", "community", "street", "department"))
