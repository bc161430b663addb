"""What is wrong with a Russian sentence as far as a rule can tell: «ё» left out, another form of address, bad marks.

Only words that are never written with «е» are listed, so that nobody has to argue with the list.
"""

import re

# «Введён», «введённый», but «введение»; stressed on «вы» there is no «ё»: «выключен», «выйдет».
PARTICIPLES = (
    "введ|перевед|свед|привед|завед|заверш|сохран|определ|(?<!вы)ключ|измен|замен|примен|отмен|удал|раздел|реш|запрещ"
    "|защищ|отклон|един|подтвержд|поврежд|предупрежд|прочт|учт|внес|принес|перенес|снабж|сбереж|испещр"
)
VERBS = "идет|йдет|йдем|йдете|шлет|зовет|живет|ждет|ведет|несет|вернет|берет|возьмет|начнет|поймет|займет"
GIVES = "(?:вы|от|за|соз|пере|при|про|раз|из|с)?дает"
PASTS = "(?:при|про|за|на|у|до|по|подо|пере|обо|во|ото|изо|со)?шел"
WHOLE = (
    "еще|ее|мое|твое|свое|чье|трех|четырех|вдвоем|втроем|днем|путем|счет|отчет|расчет|зачет|учет|объем|прием|подъем|причем"
    "|истек|вперед|(?:темн|черн|тверд|зелен|желт)(?:ый|ая|ое|ые)|жестк(?:ий|ая|ое|ие)|легк(?:ий|ая|ие)|надежн(?:ый|ая|ое|ые|ого|ым|ых|о)"
    "|серьезн(?:ый|ая|ое|ые|о)|щелкните|партнер(?:а|ы|ов)?|тяжелый|приемник"
    "|(?:о|в|на|при) (?:чем|нем|моем|твоем|своем)|стерт(?:а|о|ы)?"
)
WITHOUT_DOTS = re.compile(
    rf"(?i)\b(?:(?:{WHOLE}|{GIVES}|{PASTS}|(?!вы)\w*(?:{VERBS})(?:ся)?|учетн\w+)\b|\w*(?:{PARTICIPLES})ен(?:\b|н(?!и)))"
)
FAMILIAR = re.compile(
    r"(?i)\b(ты|тебя|тебе|тобой|твой|твоя|твоё|твои|введи|проверь|подожди|открой|выбери|впиши|нажми|попробуй|укажи)\b"
)
CAPITAL = re.compile(r"(?<=[\w,;:»)–—-]) (Вы|Вас|Вам|Вами|Ваш\w*)\b")
MARKS = {
    "«ёлочки»": re.compile('"|“|”'),
    "a dash, not a hyphen": re.compile(r"\w - \w|^- "),
    "…": re.compile(r"\.\.\."),
    "one blank": re.compile(r"(?<=\S)  +(?=\S)"),
    "no blank before a mark": re.compile(r"\w [,;:!?]"),
}
# One concept, one word: what the design calls otherwise.
OTHER_WORDS = {
    "учётная запись": re.compile(r"(?i)\bаккаунт\w*\b(?! (?:Google|Apple|Microsoft)\b)"),
    "имя для входа": re.compile(r"(?i)\bлогин\w*"),
    "пробное сообщение": re.compile(r"(?i)\bтестов\w+ (?:письм|сообщ)\w+"),
    "электронная почта": re.compile(r"(?i)\be-?mail\b|\b[иеэ]мейл\w*"),
}


def slips(text: str) -> list[str]:
    """Return everything that is wrong with a Russian text, each with what it should be."""
    found = [f"ё: {word[0]}" for word in WITHOUT_DOTS.finditer(text)]
    found += [f"вы: {word[0].strip()}" for pattern in (FAMILIAR, CAPITAL) for word in pattern.finditer(text)]
    found += [f"{rule}: {text}" for rule, pattern in MARKS.items() if pattern.search(text)]
    return found + [f"{word}: {other[0]}" for word, pattern in OTHER_WORDS.items() for other in pattern.finditer(text)]
