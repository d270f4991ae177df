"""What of a text is its own: without timestamps, share counts and what a site puts around it.

For telling whether a text has changed, and what it says; what is indexed is the text as it is. A
sentence is left out only where nothing else stands in it, so that "Updated figures show 15 dead"
stays.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from schemas import ids
from transforms.text.sentences import Span, split_sentences

# Longer sentences say something, whatever they begin with.
_MOST_CHARS = 250

# One line each, where they differ: English, German, French, Spanish, Italian, Portuguese, Dutch.
_MARKERS = (
    "updated?|published|posted|modified|edited"
    "|aktualisiert|veröffentlicht|geändert|stand"
    "|mise? à jour|publiée?|modifiée?"
    "|actualizad[oa]|actualización|publicad[oa]|modificad[oa]"
    "|aggiornat[oa]|aggiornamento|pubblicat[oa]"
    "|atualizad[oa]|atualização"
    "|bijgewerkt|gepubliceerd|gewijzigd"
)
_AGO = (
    "ago|read|vor|lesezeit|il y a|de lecture|hace|de lectura|fa|di lettura|há|de leitura"
    "|geleden|leestijd"
)
_MONTHS = (
    "january|february|march|april|may|june|july|august|september|october|november|december"
    "|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec"
    "|januar|februar|märz|mai|juni|juli|oktober|dezember"
    "|janvier|février|mars|avril|juin|juillet|août|septembre|octobre|novembre|décembre"
    "|enero|febrero|marzo|abril|mayo|junio|julio|agosto|septiembre|octubre|noviembre|diciembre"
    "|gennaio|febbraio|aprile|maggio|giugno|luglio|settembre|ottobre|dicembre"
    "|janeiro|fevereiro|março|maio|junho|julho|setembro|outubro|novembro|dezembro"
    "|januari|februari|maart|mei|augustus"
)
_DAYS = (
    "(?:mon|tues|wednes|thurs|fri|satur|sun)day|mon|tue|wed|thu|fri|sat|sun"
    "|(?:mon|diens|donners|frei|sams|sonn)tag|mittwoch"
    "|lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche"
    "|lunes|martes|miércoles|jueves|viernes|sábado|domingo"
    "|(?:lune|marte|mercole|giove|vener)dì|sabato|domenica"
    "|(?:segunda|terça|quarta|quinta|sexta)(?:-feira)?"
    "|(?:maan|dins|woens|donder|vrij|zater|zon)dag"
)
_TIMES = (
    "last|first|at|on|the|of|and|in|an?|am|pm|[ap].m|gmt|utc|bst|[ecmp][sd]?t|ces?t"
    "|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|days?|weeks?|just|now|today|yesterday|time|date"
    "|zuletzt|um|vom|uhr|einer|stunden?|std|minuten|sekunden|tage?n?|wochen?|heute|gestern"
    "|dernière|le|à|il|y|une?|temps|heures?|secondes?|jours?|semaines?|hier|aujourd'hui"
    "|última|tiempo|las?|el|del?|una|horas?|minutos?|segundos|días?|semanas?|hoy|ayer"
    "|ultimo|tempo|alle|un'ora|or[ae]|minut[oi]|secondi|giorn[oi]|settiman[ae]|oggi|ieri"
    "|em|às|uma?|dias?|hoje|ontem"
    "|laatste?|op|om|te|een|uur|minuut|seconden|dag|dagen|weken|vandaag|gisteren"
)
_NUMBER = r"\d{1,4}(?:[:./hH-]\d{1,4})*(?:st|nd|rd|th|er|am|pm|h)?"
_WORD = f"{_MARKERS}|{_AGO}|{_MONTHS}|{_DAYS}|{_TIMES}|{_NUMBER}"
# Possessive: words that are in two lists must not be tried in all combinations.
_OF_TIME = re.compile(rf"(?>(?:{_WORD})(?:[\s,.|:;•·()-]+|$))++")
_SAYS_WHEN = re.compile(rf"\b(?:{_MARKERS}|{_AGO})\b|\A(?>.*?\b(?:{_MONTHS})\b).*\b\d{{4}}\b")

_COUNT = r"\d[\d.,]*\s?(?:k|m|mil|tsd)?\+?"
_COUNTED = (
    "shares?|comments?|views?|likes?|reactions?|retweets?|reads"
    "|kommentare?|aufrufe|reaktionen|mal geteilt"
    "|commentaires?|partages?|vues?|réactions?"
    "|comentarios?|vistas|visitas|reacciones"
    "|comment[oi]|condivision[ei]|visualizzazion[ei]|reazion[ei]"
    "|comentários?|compartilhamentos?|visualizaç(?:ão|ões)|reaç(?:ão|ões)"
    "|reacties?|weergaven|keer gedeeld"
)
_SHOW = "(?:view|show|read|see|voir|ver|mostra|bekijk|lees)(?: (?:all|les|los|os|tutti i|alle))?"
_SITES = r"facebook|twitter|x|whatsapp|linkedin|reddit|telegram|pinterest|e-?mail|bluesky|threads"
# A link is short and has no comma: "Like Google, Amazon has sued Reddit" says something.
_FEW = "(?: [^ ,]+){0,8}"
_ON_A_SITE = (
    rf"(?:(?:share(?: (?:this|it|the|your|our)\b{_FEW})?|(?:follow|find){_FEW}"
    rf"|join (?:us|our|the)\b{_FEW}|like(?: [^ ,]+){{1,3}}) (?:on|to|via|by|with|and)"
    "|(?:folgen sie uns|partager|suivez-nous|compartir|síguenos|condividi|seguici|compartilhar"
    "|partilhar|siga-nos|delen|volg ons)(?: [^ ,]+){0,3} (?:auf|sur|par|en|por|su|per|no|op|via))"
    rf" (?:{_SITES})"
)
_USES = (
    "(?:we|(?:this|our) (?:web ?)?site|(?:we and )?our partners) uses?"
    "|(?:wir|diese (?:web)?(?:site|seite)) (?:verwende[nt]|nutz(?:en|t))"
    "|nous utilisons|ce site(?: web)? utilise"
    "|utilizamos|usamos|este (?:sitio|site)(?: web)? (?:utiliza|usa)"
    "|utilizziamo|usiamo|questo sito(?: web)? (?:utilizza|usa)"
    "|(?:wij|we|deze (?:web)?site) gebruik(?:en|t)"
)
_JOIN = (
    "abonnieren sie|abonnez-vous|inscrivez-vous|suscríbete|suscríbase|iscriviti|inscreva-se"
    "|schrijf je in|abonneer je"
)
_GET = (
    "join|get|receive|sign up|subscribe|melden sie sich|recevez|apúntate|recibe nuestr[oa]"
    "|abbonati|ricevi|assine|subscreva|receba|meld je aan|ontvang"
)
_LETTER = "newsletters?|boletín|nieuwsbrief"
_AROUND = re.compile(
    "|".join(
        (
            rf"(?:{_SHOW} |alle )?{_COUNT} (?:{_COUNTED})(?: (?:anzeigen|lesen))?",
            rf"(?:{_COUNTED}) ?[:(]? ?{_COUNT}\)?",
            rf"share|tweet|pin|print|save|copy link|comments?|{_SITES}|teilen|partager|compartir",
            rf"{_ON_A_SITE}(?:(?: and |[ /|&]+){_ON_A_SITE})?|auf (?:{_SITES}) teilen",
            r"(?:read[ -]?(?:more|next|also|full story)|also read|see also|continue reading"
            r"|mehr (?:zum thema|lesen)|weiter ?lesen|lesen sie (?:auch|mehr)"
            r"|lire (?:aussi|plus|la suite)|leggi (?:anche|di più)|leia (?:também|mais)"
            r"|lees (?:ook|meer|verder))\b.*",
            # Lea is a name.
            r"le(?:a|er) (?:también|más)(?: ?[:|>].*)?",
            r"more (?:on|from)(?: [^ ,:]+){1,5}",
            r"click here\b.*",
            r"a version of this (?:article|story) appear(?:s|ed) in print\b.*",
            r"this is a (?:breaking|developing)(?: news)? story\b.*",
            r"(?:\((?:additional )?(?:reporting|writing|editing)|additional reporting) by\b.*",
            r"(?:reporting|writing) by\b.*; (?:additional reporting|writing|editing) by\b.*",
            # Of agencies: "($1 = 0.7700 pounds)".
            r"\((?:us)?[$€£¥] ?1 ?= ?\d[\d.,]*(?: [^\W\d]+){1,3}\)",
            r"your (?:personal )?(?:data|details|information) (?:is|are|will be) (?:\w+ ){1,3}"
            r"(?:according to|in (?:accordance|line) with|under) .*\bprivacy (?:\w+ ){0,2}"
            r"(?:notice|policy|statement)",
            r"scroll down for (?:videos?|audio|photos|pictures)\b.*",
            r"(?:related|recommended|watch|listen|most read|don't miss|in pictures)"
            r"(?: (?:articles?|stories|story|topics?|news|more|now))?(?: ?[:»>|].*)?",
            r"(?:sign up|subscribe|register|log in|sign in)"
            r"(?: (?:to|for|now|here|up|today|with)\b(?: [^ ,]+){0,12})?",
            rf"(?:{_JOIN}){_FEW}",
            rf"(?:{_GET}){_FEW} (?:{_LETTER}){_FEW}",
            rf"(?:(?:our|daily|jetzt|zum|unser) )*(?:{_LETTER})(?: (?:abonnieren|anmelden))?",
            r".{0,100}\b(?:in|to) your inbox\b.{0,50}",
            rf"(?:.*, )?(?:{_USES})(?: [^ ,]+)? cookies?\b.*",
            r"cookies? (?:policy|settings)|(?:accept|reject|manage)(?: all)? cookies",
            r"by (?:continuing|clicking|signing up|subscribing)\b"
            r".*\b(?:you|i) (?:\w+ )?(?:agree|accept|consent)\b.*",
            r"(?:©|\(c\)|copyright ?[©(:\d]).*|all rights reserved",
            r"copyright (?:\w+|the(?: [^ ,]+){1,4}|[^ ,]+(?: [^ ,]+)? \d{4})",
            r"advertisements?|sponsored|anzeige|story continues below.*|loading",
        )
    )
)
_TRAILING = " .!…:»>|-"
# Links to other stories: "NEWS: Mayor resigns", not "News: the mayor resigned".
_LABEL = re.compile(
    r"(?:GALLERY|MORE|NEWS|PHOTOS|READ|VIDEOS?)\s?:"
    r"|[\[(]\s*(?i:gallery|more|photos|read|related|see also|videos?|watch)\s?:[^\])]*[\])]\W*$"
)


def text_hash(title: str, body: str) -> str:
    """A hash that only what a text says changes; white space, case and typography do not."""
    return ids.digest(ids.normalised(title), " ".join(substance(body)))


def substance(text: str, language: str = "en") -> Iterator[str]:
    """The normalised sentences of `text`, in order, without boilerplate."""
    for start, end in own_sentences(text, split_sentences(text, language)):
        yield ids.normalised(text[start:end])


def own_text(text: str, language: str = "en") -> str:
    """`text` as printed, less its boilerplate; one sentence a line."""
    own = own_sentences(text, split_sentences(text, language))
    return "\n".join(text[start:end] for start, end in own)


def own_sentences(text: str, sentences: Sequence[Span]) -> list[Span]:
    """Those of the sentences of `text` that are no boilerplate; links where there are no others."""
    own = [
        span
        for span in sentences
        if not is_boilerplate(ids.normalised(text[span.start : span.end]))
    ]
    return [span for span in own if not _is_link(text[span.start : span.end])] or own


def _is_link(sentence: str) -> bool:
    """Whether `sentence`, as printed, is the headline of another story."""
    return len(sentence) <= _MOST_CHARS and _LABEL.match(sentence) is not None


def is_boilerplate(sentence: str) -> bool:
    """Whether nothing of `sentence`, normalised, belongs to the article."""
    if len(sentence) > _MOST_CHARS:
        return False
    bare = sentence.strip(_TRAILING)
    if not bare:
        return True
    if _OF_TIME.fullmatch(bare) and _SAYS_WHEN.search(bare):
        return True
    return _AROUND.fullmatch(bare) is not None
