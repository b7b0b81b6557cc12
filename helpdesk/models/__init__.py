"""REMEMBER: tables and constraints. Truth lives in the database; rows decide nothing by themselves."""

from helpdesk.models.api_keys import ApiKey
from helpdesk.models.folders import MailboxFolder
from helpdesk.models.grants import MailboxGrant
from helpdesk.models.guards import SubmittedForm, Tally
from helpdesk.models.mailboxes import Mailbox
from helpdesk.models.messages import Notification, OutboxMessage, ReceivedMessage, Suppression
from helpdesk.models.order_links import OrderProof, TicketOrder
from helpdesk.models.orders import (
    Order,
    OrderAddress,
    OrderChange,
    OrderLine,
    OrderShape,
    Payment,
    Shipment,
)
from helpdesk.models.people import Agent, Buyer, BuyerAddress
from helpdesk.models.promises import Refund, Reminder, Survey
from helpdesk.models.tickets import Attachment, Entry, EntryPayload, Ticket

__all__ = [
    "Agent",
    "ApiKey",
    "Attachment",
    "Buyer",
    "BuyerAddress",
    "Entry",
    "EntryPayload",
    "Mailbox",
    "MailboxFolder",
    "MailboxGrant",
    "Notification",
    "Order",
    "OrderAddress",
    "OrderChange",
    "OrderLine",
    "OrderProof",
    "OrderShape",
    "OutboxMessage",
    "Payment",
    "ReceivedMessage",
    "Refund",
    "Reminder",
    "Shipment",
    "SubmittedForm",
    "Suppression",
    "Survey",
    "Tally",
    "Ticket",
    "TicketOrder",
]
