"""REMEMBER: tables and constraints. Truth lives in the database; rows decide nothing by themselves."""

from helpdesk.models.api_keys import ApiKey
from helpdesk.models.claims import (
    Claim,
    ClaimLine,
    Decision,
    Evidence,
    EvidenceAsked,
    ReasonCorrection,
)
from helpdesk.models.folders import MailboxFolder
from helpdesk.models.grants import MailboxGrant
from helpdesk.models.guards import SubmittedForm, Tally
from helpdesk.models.mailboxes import Mailbox
from helpdesk.models.messages import Notification, OutboxMessage, ReceivedMessage, Suppression
from helpdesk.models.offers import AgreedRemedy, Approval, Offer, OfferPart
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
from helpdesk.models.policies import ForceMajeureEvent, PolicyVersion
from helpdesk.models.promises import Refund, Reminder, Survey
from helpdesk.models.tickets import Attachment, Entry, EntryPayload, Ticket

__all__ = [
    "Agent",
    "AgreedRemedy",
    "ApiKey",
    "Approval",
    "Attachment",
    "Buyer",
    "BuyerAddress",
    "Claim",
    "ClaimLine",
    "Decision",
    "Entry",
    "EntryPayload",
    "Evidence",
    "EvidenceAsked",
    "ForceMajeureEvent",
    "Mailbox",
    "MailboxFolder",
    "MailboxGrant",
    "Notification",
    "Offer",
    "OfferPart",
    "Order",
    "OrderAddress",
    "OrderChange",
    "OrderLine",
    "OrderProof",
    "OrderShape",
    "OutboxMessage",
    "Payment",
    "PolicyVersion",
    "ReasonCorrection",
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
