"""REMEMBER: tables and constraints. Truth lives in the database; rows decide nothing by themselves."""

from helpdesk.models.folders import MailboxFolder
from helpdesk.models.grants import MailboxGrant
from helpdesk.models.guards import SubmittedForm, Tally
from helpdesk.models.mailboxes import Mailbox
from helpdesk.models.messages import Notification, OutboxMessage, ReceivedMessage, Suppression
from helpdesk.models.people import Agent, Buyer, BuyerAddress
from helpdesk.models.promises import Refund, Reminder, Survey
from helpdesk.models.tickets import Attachment, Entry, EntryPayload, Ticket

__all__ = [
    "Agent",
    "Attachment",
    "Buyer",
    "BuyerAddress",
    "Entry",
    "EntryPayload",
    "Mailbox",
    "MailboxFolder",
    "MailboxGrant",
    "Notification",
    "OutboxMessage",
    "ReceivedMessage",
    "Refund",
    "Reminder",
    "SubmittedForm",
    "Suppression",
    "Survey",
    "Tally",
    "Ticket",
]
