"""Answers as mail programs write them: what the mail's text is, and what its person wrote anew."""

ANSWERED = {
    "gmail": (
        "The left one, I think. It lets go more slowly.\n\n"
        "On Mon, 23 Nov 2026 at 10:20, Marta Lindqvist <reply+talk.1-2-3@in.example>\nwrote:\n\n"
        "> Dear Teresa,\n>\n> A message from Marta is waiting for you.\n>\n> Read it:\n> "
        "https://portal.example/messages/\n",
        "The left one, I think. It lets go more slowly.",
    ),
    "gmail in German": (
        "Die linke Seite.\n\nDanke!\n\nAm Mo., 23. Nov. 2026 um 10:20 Uhr schrieb Marta Lindqvist <\n"
        "reply+talk.1-2-3@in.example>:\n\n> Dear Teresa,\n> A message is waiting.\n",
        "Die linke Seite.\n\nDanke!",
    ),
    "gmail in French": (
        "La gauche.\n\nLe lun. 23 nov. 2026 à 10:20, Marta Lindqvist <reply@in.example> a écrit :\n\n"
        "> Dear Teresa,\n",
        "La gauche.",
    ),
    "gmail in Portuguese": (
        "O lado esquerdo.\n\nMarta Lindqvist <reply@in.example> escreveu (segunda, 23/11/2026 à(s) "
        "10:20):\n\n> Dear\n",
        "O lado esquerdo.",
    ),
    "gmail in Spanish": (
        "La izquierda.\n\nEl lun, 23 nov 2026 a las 10:20, Marta (<reply@in.example>) escribió:\n\n> "
        "Dear Teresa,\n",
        "La izquierda.",
    ),
    "gmail in Italian": (
        "La sinistra.\n\nIl giorno lun 23 nov 2026 alle ore 10:20 Marta <reply@in.example> ha\n"
        "scritto:\n\n> Dear\n",
        "La sinistra.",
    ),
    "gmail in Japanese": (
        "左側です。\n\n2026年11月23日(月) 10:20 Marta Lindqvist <reply@in.example>:\n\n> Dear Teresa,\n> waiting\n",
        "左側です。",
    ),
    "gmail on Android": (
        "The left one\n\nOn Mon, 23 Nov 2026, 10:20 Marta Lindqvist, <reply@in.example> wrote:\n\n> Dear Teresa,\n",
        "The left one",
    ),
    "apple mail": (
        "The left one.\n\nTeresa\n\n> On 23 Nov 2026, at 10:20, Marta Lindqvist <reply@in.example> wrote:\n> \n"
        "> Dear Teresa,\n> \n> A message is waiting.\n",
        "The left one.\n\nTeresa",
    ),
    "apple mail on an iPhone": (
        "The left one\n\nSent from my iPhone\n\n> On 23 Nov 2026, at 10:20, Marta <reply@in.example> "
        "wrote:\n> \n> Dear",
        "The left one",
    ),
    "apple mail on a German iPhone": (
        "Links.\n\nVon meinem iPhone gesendet\n\n> Am 23.11.2026 um 10:20 schrieb Marta "
        "<reply@in.example>:\n> \n> Dear",
        "Links.",
    ),
    "outlook for windows": (
        "The left one.\r\n\r\nTeresa\r\n\r\nFrom: Marta Lindqvist <reply@in.example>\r\nSent: "
        "Monday, November 23, 2026"
        " 10:20 AM\r\nTo: Teresa Almada <teresa@example.org>\r\nSubject: Marta wrote to you\r\n\r\n"
        "Dear Teresa,\r\n",
        "The left one.\n\nTeresa",
    ),
    "outlook for windows in German": (
        "Die linke.\n\nVon: Marta Lindqvist <reply@in.example> \nGesendet: Montag, 23. November 2026 10:20\n"
        "An: Teresa Almada <teresa@example.org>\nBetreff: Marta wrote to you\n\nDear Teresa,\n",
        "Die linke.",
    ),
    "outlook on the web": (
        "The left one.\n________________________________\nFrom: Marta Lindqvist <reply@in.example>\n"
        "Sent: Monday, November 23, 2026 10:20\nTo: Teresa Almada <teresa@example.org>\nSubject: "
        "Marta wrote to you\n"
        "\nDear Teresa,\n",
        "The left one.",
    ),
    "outlook for iOS": (
        "The left one.\n\nGet Outlook for iOS<https://aka.ms/o0ukef>\n________________________________\n"
        "From: Marta Lindqvist <reply@in.example>\nSent: Monday, November 23, 2026 10:20:11 AM\n"
        "To: Teresa <teresa@example.org>\nSubject: Marta wrote to you\n\nDear Teresa,\n",
        "The left one.",
    ),
    "an old outlook": (
        "The left one.\n\n-----Original Message-----\nFrom: Marta [mailto:reply@in.example]\nSent: "
        "23 November 2026\n"
        "To: Teresa\nSubject: Marta wrote to you\n\nDear Teresa,\n",
        "The left one.",
    ),
    "an old outlook in German": (
        "Links.\n\n-----Ursprüngliche Nachricht-----\nVon: Marta\nGesendet: 23. November\nAn: "
        "Teresa\nBetreff: x\n\nDear",
        "Links.",
    ),
    "thunderbird, above": (
        "The left one.\n\nOn 23/11/2026 10:20, Marta Lindqvist wrote:\n> Dear Teresa,\n>\n> A "
        "message is waiting.\n",
        "The left one.",
    ),
    "thunderbird, below and between": (
        "On 23/11/2026 10:20, Marta Lindqvist wrote:\n> Which side lets go first?\n\nThe left one.\n\n"
        "> And does it hurt?\n\nNo.\n-- \nTeresa Almada\nLisbon\n",
        "The left one.\n\nNo.",
    ),
    "thunderbird in German": (
        "Links.\n\nAm 23.11.26 um 10:20 schrieb Marta Lindqvist:\n> Dear Teresa,\n",
        "Links.",
    ),
    "yahoo": (
        "The left one.\n\nSent from Yahoo Mail on Android\n \n  On Mon, 23 Nov 2026 at 10:20, Marta Lindqvist"
        "<reply@in.example> wrote:   Dear Teresa,\n A message is waiting.\n",
        "The left one.",
    ),
    "yahoo on the web": (
        " The left one.\n    On Monday, 23 November 2026 at 10:20:11 GMT, Marta Lindqvist "
        "<reply@in.example> wrote:  \n \n"
        " Dear Teresa,\n A message is waiting.\n",
        "The left one.",
    ),
    "k-9": (
        "The left one.\n\nOn 23 November 2026 10:20:11 WET, Marta Lindqvist <reply@in.example> "
        "wrote:\n>Dear Teresa,\n"
        ">\n>A message is waiting.\n",
        "The left one.",
    ),
    "k-9 in German, with its line": (
        "Links.\n-- \nDiese Nachricht wurde von meinem Android-Gerät mit K-9 Mail gesendet.\n",
        "Links.",
    ),
    "a samsung": (
        "The left one.\n\nSent from my Galaxy\n\n-------- Original message --------\nFrom: Marta "
        "<reply@in.example>\n"
        "Date: 23/11/2026 10:20 (GMT+00:00)\nTo: teresa@example.org\nSubject: Marta wrote to you\n\nDear Teresa,\n",
        "The left one.",
    ),
    "proton": (
        "The left one.\n\nSent with Proton Mail secure email.\n\nOn Monday, 23 November 2026 at 10:20, Marta"
        " <reply@in.example> wrote:\n\n> Dear Teresa,\n",
        "The left one.",
    ),
    "gmx": (
        'Links.\n \n \n\nGesendet: Montag, 23. November 2026 um 10:20 Uhr\nVon: "Marta" <reply@in.example>\n'
        "An: teresa@example.org\nBetreff: Marta wrote to you\n\nDear Teresa,\n",
        "Links.",
    ),
    "nothing quoted": ("The left one.\nIt lets go: slowly.\n", "The left one.\nIt lets go: slowly."),
}

# What only looks like a quote or a signature: all of it is somebody's word.
KEPT = {
    "a greeting at the end": "The left one.\n\nThanks,\nTeresa",
    "thanks in the middle": "Thanks, that helped.\nNow the left hip hurts when I sit.",
    "a list": "I feel it\n- in the neck\n- in the left hip\n-- and both knees",
    "somebody who wrote": "My doctor wrote: rest for a week.\nOn Monday I wrote down what I felt.\nIt was little.",
    "a day and a colon": "On Tuesday: nothing.\nOn Wednesday: the left side.\nFrom then on it was better.",
    "from and to": "From: the hip\nIt goes down to the knee.",
    "only a quote": "> Dear Teresa,\n> A message is waiting.",
    "only a telephone's line": "Sent from my iPhone",
    "a line": "Before\n____________________\nAfter",
}
