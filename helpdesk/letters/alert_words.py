"""What a member of staff is told by mail, one sentence for each thing that happened."""

from helpdesk.rules.alerts import AlertEvent

SAID: dict[str, dict[AlertEvent, str]] = {
    "en": {
        AlertEvent.ASSIGNED: "{who} gave this ticket to you.",
        AlertEvent.ANSWERED: "The buyer wrote.",
        AlertEvent.MENTIONED: "{who} mentioned you in a note:",
        AlertEvent.APPROVAL: "{who} asks for your approval.",
        AlertEvent.MONEY: "Money back needs somebody: it failed, or nobody knows what became of it.",
        AlertEvent.PROMISE: "What was promised here is nearly due, or overdue.",
        AlertEvent.MAILBOX: "A mailbox is in trouble.",
    },
    "zh-CN": {
        AlertEvent.ASSIGNED: "{who}把这张工单交给了您。",
        AlertEvent.ANSWERED: "买家来信了。",
        AlertEvent.MENTIONED: "{who}在备注中提到了您：",
        AlertEvent.APPROVAL: "{who}请您审批。",
        AlertEvent.MONEY: "有退款需要处理：已失败，或结果不明。",
        AlertEvent.PROMISE: "这里承诺的事项即将到期或已逾期。",
        AlertEvent.MAILBOX: "邮箱出现故障。",
    },
}
NOBODY = {"en": "The desk", "zh-CN": "系统"}


def sentence(event: AlertEvent, who: str, locale: str) -> str:
    """`who` did it; "" for the desk itself."""
    known = locale if locale in SAID else "en"
    return SAID[known][event].format(who=who or NOBODY[known])
