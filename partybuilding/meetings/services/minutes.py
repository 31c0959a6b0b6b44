"""The minutes of a meeting as a Word file: who came, what came of each topic, what is to be done."""

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import override

from partybuilding.meetings.models import Action, Invitation, Meeting, Topic
from partybuilding.meetings.terms import Reply, Stance
from partybuilding.meetings.workflow import TopicState
from requests_app.reports.services import docx
from requests_app.reports.services.paper import Cell, Noted, Paper, Section, Table
from wangguan.clock import now


def written(meeting: Meeting) -> bytes:
    """The file, in the layout of official papers and the house's language; people as the table calls them."""
    with override("zh-hans"):
        return docx.write(_paper(meeting))


def _paper(meeting: Meeting) -> Paper:
    topics = list(meeting.topics.for_page().order_by("place", "pk"))
    moment = date_format(timezone.localtime(meeting.starts_at), "Y年n月j日 H:i")
    facts = [
        _("Time: %(moment)s") % {"moment": moment},
        _("Place: %(place)s") % {"place": meeting.place},
        _("Chair: %(who)s") % {"who": meeting.chair or "—"},
        _("Minutes kept by: %(who)s") % {"who": meeting.recorder or "—"},
        *_attendance(meeting),
    ]
    sections = [Section("", facts), *(_section(number, each) for number, each in enumerate(topics, start=1))]
    if meeting.minutes:
        sections.append(
            Section(_("Minutes"), [line for line in meeting.minutes.splitlines() if line.strip()])
        )
    return Paper(
        f"{meeting.body.name} {meeting}", [], sections, [], str(meeting.body.community or meeting.body)
    )


def _attendance(meeting: Meeting) -> list[str]:
    rows = list(meeting.invitations.select_related("seat__user").order_by("seat__place", "seat_id"))
    groups = (
        (_("Came: %(who)s"), [row for row in rows if row.came]),
        (_("On leave: %(who)s"), [row for row in rows if not row.came and row.reply == Reply.LEAVE]),
        (_("Absent: %(who)s"), [row for row in rows if not row.came and row.reply != Reply.LEAVE]),
    )
    return [said % {"who": _names(found)} for said, found in groups if found]


def _names(rows: list[Invitation]) -> str:
    return "、".join(str(row.seat) for row in rows)


def _section(number: int, topic: Topic) -> Section:
    title = _("Topic %(number)d: %(title)s") % {"number": number, "title": topic.title}
    words = [topic.words] if topic.words else []
    if topic.state == TopicState.DECIDED:
        words.append(f"{topic.outcome_label}：{topic.outcome}")
        if topic.is_owners_matter:
            words.append(_("Reserved to the owners (Civil Code art. 278): a recommendation, no decision."))
    else:
        words.append(
            f"{topic.get_state_display()}：{topic.note}" if topic.note else topic.get_state_display()
        )
    words += [
        f"{voice.seat}：{voice.get_stance_display()}{'，' + voice.words if voice.words else ''}"
        for voice in topic.voices.all()
        if voice.stance != Stance.FOR or voice.words
    ]
    actions = list(topic.actions.all())
    return Section(title, words, [_table(actions)] if actions else [])


def _table(actions: list[Action]) -> Table:
    head: list[str | Noted] = [_("What is to be done"), _("By whom"), _("Done by"), _("State")]
    rows: list[list[Cell]] = [
        [each.words, each.owner, date_format(each.due_on, "n月j日"), str(each.get_state_display())]
        for each in actions
    ]
    title = _("As of %(day)s") % {"day": date_format(timezone.localdate(now()), "Y年n月j日")}
    return Table(title, head, rows, (45, 22, 15, 18))
