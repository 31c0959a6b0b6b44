"""Users, posts, leave and the duty roster in the admin.

Nobody gives a post, or takes over an account, above what `grids.access` lets them grant.
"""

from typing import Any, ClassVar

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.admin import UserAdmin as StockUserAdmin
from django.contrib.auth.forms import AdminUserCreationForm, UserChangeForm
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.urls import URLPattern
from django.utils.translation import gettext_lazy as _

from grids import access
from grids.admin.base import M, ScopedAdmin, user_of
from grids.admin.staff_import import StaffImport
from grids.models import DutyShift, Leave, Line, Post, Role, User
from wangguan.accounts import second_factor
from wangguan.journal import Telling
from wangguan.privacy import mask_phone


class NewUserForm(AdminUserCreationForm):
    class Meta:
        model = User
        fields = ("username", "real_name", "phone")


class UserForm(UserChangeForm):
    sections = forms.MultipleChoiceField(
        label=_("sections"),
        choices=Line.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_("Lines of work that a section's staff answers for."),
    )

    class Meta:
        model = User
        fields = ("username", "real_name", "phone", "email", "sections", "is_active", "is_superuser")


@admin.register(User)
class UserAdmin(StaffImport, ScopedAdmin, StockUserAdmin):
    change_list_template = "admin/grids/user/change_list.html"
    form = UserForm
    add_form = NewUserForm
    list_display = ("username", "real_name", "titles", "is_active")
    list_filter = ("is_active", "posts__role")
    search_fields = ("username", "real_name")
    ordering = ("username",)
    filter_horizontal = ()
    add_fieldsets = (
        (
            None,
            {"fields": ("username", "real_name", "phone", "usable_password", *("password1", "password2"))},
        ),
    )
    readonly_fields = ("masked_phone", "last_login", "date_joined")
    actions = ("reset_second_factor",)

    def get_urls(self) -> list[URLPattern]:
        return [*self.import_urls(), *super().get_urls()]

    @admin.action(description=_("Reset the second factor (phone and codes lost)"), permissions=["reset"])
    def reset_second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> None:
        """One person at a time: whoever presses has spoken with them."""
        people = list(chosen[:2])
        if len(people) != 1:
            said = _("Choose one person: whom you have spoken with yourself.")
            self.message_user(request, said, messages.ERROR)
            return
        if not access.may_change_account(user_of(request), people[0]):
            self.message_user(
                request, _("You may not change this account; ask somebody above."), messages.ERROR
            )
            return
        if second_factor.reset(people[0], by=user_of(request), request=request):
            said = _("Taken away. At the next sign-in they set up a new one; they were told.")
            self.message_user(request, said)
        else:
            self.message_user(request, _("This account has no second factor."), messages.WARNING)

    def has_reset_permission(self, request: HttpRequest) -> bool:
        """Street leaders."""
        return access.may_reset_second_factor(user_of(request))

    @admin.display(description=_("posts in force"))
    def titles(self, user: User) -> str:
        return "、".join(post.title for post in user.posts_in_force)  # type: ignore[attr-defined]

    @admin.display(description=_("phone"))
    def masked_phone(self, user: User) -> str:
        return mask_phone(user.phone)

    def limit(self, request: HttpRequest, rows: QuerySet[M]) -> QuerySet[M]:
        """A community sees who serves it, and accounts that serve nobody yet."""
        scope = access.admin_scope(user_of(request))
        if scope.everywhere:
            return rows
        posts = Post.objects.filter(user=OuterRef("pk"))
        serves = Exists(scope.limit(posts, "community", "grid__community"))
        return rows.filter(serves | Q(~Exists(posts), is_superuser=False))

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        posts = Prefetch("posts", Post.objects.current().with_units(), to_attr="posts_in_force")
        return super().get_queryset(request).prefetch_related(posts)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        """Whoever may only look sees a masked phone; only superusers make superusers."""
        if obj is None:
            return self.add_fieldsets
        may_change = self.has_change_permission(request, obj)
        fields = ["username", "real_name", "phone" if may_change else "masked_phone", "email", "sections"]
        fields += ["is_active", *(["is_superuser"] if user_of(request).is_superuser else [])]
        if may_change:
            fields.insert(1, "password")
        return ((None, {"fields": [*fields, "last_login", "date_joined"]}),)

    def has_change_permission(self, request: HttpRequest, obj: User | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or access.may_change_account(user_of(request), obj)


class ActorForm(forms.ModelForm):
    """A form that knows who fills it in; its admin sets `actor`."""

    actor: ClassVar[User]


class PostForm(ActorForm):
    class Meta:
        model = Post
        fields = ("user", "role", "grid", "community", "street", "department", "starts_on", "ends_on")

    def clean(self) -> dict[str, Any]:
        fields: dict[str, Any] = super().clean() or self.cleaned_data
        role, grid = fields.get("role"), fields.get("grid")
        if role and not access.may_fill(self.actor, role=Role(role), grid=grid):
            self.add_error("role", _("You may not give or end this post; ask somebody above."))
        return fields


class LeaveForm(ActorForm):
    class Meta:
        model = Leave
        fields = ("post", "deputy", "starts_on", "ends_on")

    def clean_post(self) -> Post:
        post: Post = self.cleaned_data["post"]
        if not _may_fill(self.actor, post):
            raise forms.ValidationError(_("You may not name a deputy for this post; ask somebody above."))
        return post


class DutyShiftForm(ActorForm):
    class Meta:
        model = DutyShift
        fields = ("user", "community", "starts_at", "ends_at")

    def clean_community(self) -> Any:
        community = self.cleaned_data["community"]
        if community is None and not access.admin_scope(self.actor).everywhere:
            raise forms.ValidationError(
                _("Choose your community; the street's roster is kept by the street.")
            )
        return community


class ActorAdmin(Telling, ScopedAdmin):
    """Hands the signed-in user to the form."""

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change, **kwargs)
        return type(form.__name__, (form,), {"actor": user_of(request)})


def _may_fill(user: User, post: Post) -> bool:
    return access.may_fill(user, role=Role(post.role), grid=post.grid)


@admin.register(Post)
class PostAdmin(ActorAdmin):
    form = PostForm
    scope_paths = ("community", "grid__community")
    list_display = ("user", "role", "unit", "starts_on", "ends_on")
    list_filter = ("role", ("ends_on", admin.EmptyFieldListFilter))
    list_select_related = ("user", "grid", "community", "street", "department")
    search_fields = ("user__real_name", "user__username", "grid__name", "community__name")
    autocomplete_fields = ("user", "grid", "community", "street", "department")
    date_hierarchy = None

    @admin.display(description=_("unit"))
    def unit(self, post: Post) -> str:
        return str(post.unit or "")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Post]:
        units = ("user", "grid__community", "community", "street", "department")
        return super().get_queryset(request).select_related(*units)

    def formfield_for_choice_field(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        """Roles that this user may give."""
        if db_field.name == "role":
            grantable = access.grantable_roles(user_of(request))
            kwargs["choices"] = [(role.value, role.label) for role in Role if role in grantable]
        return super().formfield_for_choice_field(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Post | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or _may_fill(user_of(request), obj)


@admin.register(Leave)
class LeaveAdmin(ActorAdmin):
    form = LeaveForm
    scope_paths = ("post__community", "post__grid__community")
    list_display = ("post", "deputy", "starts_on", "ends_on")
    list_select_related = ("deputy",)
    search_fields = ("post__user__real_name", "deputy__real_name")
    autocomplete_fields = ("post", "deputy")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Leave]:
        units = ("post__grid__community", "post__community", "post__street", "post__department", "deputy")
        return super().get_queryset(request).select_related(*units)

    def has_change_permission(self, request: HttpRequest, obj: Leave | None = None) -> bool:
        if not super().has_change_permission(request, obj):
            return False
        return obj is None or _may_fill(user_of(request), obj.post)

    def has_delete_permission(self, request: HttpRequest, obj: Leave | None = None) -> bool:
        if not super().has_delete_permission(request, obj):
            return False
        return obj is None or _may_fill(user_of(request), obj.post)


@admin.register(DutyShift)
class DutyShiftAdmin(ActorAdmin):
    form = DutyShiftForm
    scope_paths = ("community",)
    list_display = ("user", "community", "starts_at", "ends_at")
    list_filter = ("community",)
    list_select_related = ("user", "community")
    search_fields = ("user__real_name", "user__username")
    autocomplete_fields = ("user", "community")
