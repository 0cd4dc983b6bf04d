"""Mail that comes in: taken in once, and handed to whoever answers for the address it was sent to.

Two doors lead here: a provider's webhook (`views`) and a folder that a mail server delivers into (`folder`). Behind
both stands `actions.take_in`. A room that wants mail registers what it does with it:

    @answers("calendar")
    def take_reply(mail: Mail, now: datetime) -> Outcome: ...

and gives out `addresses.address_for("calendar")` to be answered at.
"""
