"""What people say and write in the made-up company."""

__all__ = ["DISPOSITIONS", "FREE_ANSWERS", "MESSAGES", "NOTES", "QUESTIONS"]

MESSAGES = (
    "Hello, I called about my order from last week, please call me back. Thank you.",
    "Hi, this is a message about the invoice that I got this morning, it seems to be too high.",
    "Guten Tag, ich rufe wegen der Lieferung an und bitte um Rückruf.",
    "The device still doesn't start. I have tried everything in the manual, twice.",
    "It's me again; I will try tomorrow, or you can reach me until six.",
    "Could somebody tell me whether you are open on Saturday?",
    "Wrong number, sorry.",
)

DISPOSITIONS = (
    "Support~Solved", "Support~Needs a second call", "Support~Handed to engineering", "Support",
    "Billing~Invoice explained", "Billing~Refund", "Sales~Order", "Sales~Not interested", "Sales",
    "Complaint", "Wrong number",
)  # fmt: skip

NOTES = (
    "Asked for a copy of the invoice, by e-mail.",
    'Says "never again", but ordered two more.',
    "Called before,\nwants to speak to the same person,\nnever before ten.",
    "Device replaced; serial number noted, label printed, parcel due on Friday.",
    "Straße falsch geschrieben, korrigiert.",
    '"Premium" plan, cancels in June,\r\nunless the price goes down.',
    "Nothing to do.",
)

QUESTIONS = (
    ("satisfaction", "How satisfied were you with the call, from 1 to 5?", ("5", "5", "5", "4", "4", "3", "2", "1")),
    ("solved", "Was your question answered?", ("yes", "yes", "yes", "no")),
    ("remark", "Is there anything that we should do better?", ()),
)
"""The survey's questions: an id, the words, and the answers, the likelier ones more than once; none is free text."""

FREE_ANSWERS = (
    "No, all good.",
    "Shorter waiting times, please.",
    'The music, honestly: "Für Elise" for ten minutes.',
    "Call me back when you say so,\nnot a day later.",
)
