"""REMEMBER: tables and constraints. Truth lives in the database; rows decide nothing by themselves."""

from helpdesk.models.access import AgentSession, Invitation, StaffEvent, StaffLetter, StaffLink
from helpdesk.models.api_keys import ApiKey
from helpdesk.models.batches import Batch, BatchTicket
from helpdesk.models.claims import (
    Claim,
    ClaimLine,
    Decision,
    Evidence,
    EvidenceAsked,
    ReasonCorrection,
)
from helpdesk.models.clockwork import JobRun, Turn, Worker
from helpdesk.models.drafts import Draft, DraftFile
from helpdesk.models.factors import Authenticator, Passkey, RecoveryCode
from helpdesk.models.folders import MailboxFolder
from helpdesk.models.grants import MailboxGrant
from helpdesk.models.guards import SubmittedForm, Tally
from helpdesk.models.inquiries import Contact, HeldAnswer, Inquiry
from helpdesk.models.mailboxes import Mailbox
from helpdesk.models.messages import Notification, OutboxMessage, ReceivedMessage, Suppression
from helpdesk.models.offers import AgreedRemedy, Approval, Offer, OfferPart
from helpdesk.models.order_links import NamedNumber, OrderProof, TicketOrder
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
from helpdesk.models.policies import EventClaim, ForceMajeureEvent, PolicyVersion
from helpdesk.models.presence import LastRead, PicturesShown, Presence
from helpdesk.models.promises import Reminder, Survey
from helpdesk.models.refunds import GatewayNotice, Refund, StatementLine, Switch
from helpdesk.models.replacements import Coupon, PlatformCase, Replacement, ReplacementLine
from helpdesk.models.returns import ReturnAddress, ReturnLine, ReturnPhoto, ReturnShipment
from helpdesk.models.saved_replies import SavedReply
from helpdesk.models.searching import SavedQueue, SearchDue
from helpdesk.models.shop import Shop
from helpdesk.models.tags import Tag, TicketTag
from helpdesk.models.tickets import Attachment, Entry, EntryPayload, Ticket

__all__ = [
    "Agent",
    "AgentSession",
    "AgreedRemedy",
    "ApiKey",
    "Approval",
    "Attachment",
    "Authenticator",
    "Batch",
    "BatchTicket",
    "Buyer",
    "BuyerAddress",
    "Claim",
    "ClaimLine",
    "Contact",
    "Coupon",
    "Decision",
    "Draft",
    "DraftFile",
    "Entry",
    "EntryPayload",
    "EventClaim",
    "Evidence",
    "EvidenceAsked",
    "ForceMajeureEvent",
    "GatewayNotice",
    "HeldAnswer",
    "Inquiry",
    "Invitation",
    "JobRun",
    "LastRead",
    "Mailbox",
    "MailboxFolder",
    "MailboxGrant",
    "NamedNumber",
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
    "Passkey",
    "Payment",
    "PicturesShown",
    "PlatformCase",
    "PolicyVersion",
    "Presence",
    "ReasonCorrection",
    "ReceivedMessage",
    "RecoveryCode",
    "Refund",
    "Reminder",
    "Replacement",
    "ReplacementLine",
    "ReturnAddress",
    "ReturnLine",
    "ReturnPhoto",
    "ReturnShipment",
    "SavedQueue",
    "SavedReply",
    "SearchDue",
    "Shipment",
    "Shop",
    "StaffEvent",
    "StaffLetter",
    "StaffLink",
    "StatementLine",
    "SubmittedForm",
    "Suppression",
    "Survey",
    "Switch",
    "Tag",
    "Tally",
    "Ticket",
    "TicketOrder",
    "TicketTag",
    "Turn",
    "Worker",
]
