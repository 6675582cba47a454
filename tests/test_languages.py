"""Calls that are not in English: told by the file or by the words, scored in their timing alone, and named as such."""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from reader_cases import written
from small_rules import built_in

from coach.call import Call, Roles, Turn
from coach.cli import main
from coach.readers import read
from coach.scoring import FIXED_MOMENTS, Scorer
from coach.tongue import foreign, languages, unlike_english

EXAMPLES = Path(__file__).resolve().parent.parent / "examples" / "calls"
REAL = Path(__file__).resolve().parents[2] / "shared" / "calls"
TALKS = {
    "Spanish": """Buenos días, gracias por llamar a Northway, le atiende Elena.
        Hola, buenos días, mi factura está mal, me han cobrado dos veces este mes.
        Lo siento mucho, ahora mismo lo reviso. ¿Me puede decir su número de cuenta?
        Sí, es el cuatro siete uno.
        Perfecto, veo el cobro doble y se lo devuelvo hoy.""",
    "French": """Bonjour, service client Northway, Claire à votre écoute.
        Bonjour, ma facture est fausse, on m'a prélevé deux fois ce mois-ci.
        Je suis désolée, je regarde tout de suite. Vous avez votre numéro de client ?
        Oui, c'est le quatre cent douze.
        Merci, je vois l'erreur et je vous rembourse aujourd'hui.""",
    "German": """Guten Tag, Northway Kundendienst, mein Name ist Anna.
        Hallo, meine Rechnung stimmt nicht, Sie haben zweimal abgebucht.
        Das tut mir leid, ich schaue sofort nach. Haben Sie Ihre Kundennummer?
        Ja, das ist die vier eins zwei.
        Danke, ich sehe den Fehler und buche das heute zurück.""",
    "Portuguese": """Bom dia, obrigada por ligar para a Northway, fala a Marta.
        Bom dia, a minha fatura está errada, cobraram duas vezes este mês.
        Peço desculpa, vou já verificar. Pode dizer-me o número da conta?
        Sim, é o quatro um dois.
        Obrigada, já vejo o erro e devolvo hoje o valor.""",
    "Italian": """Buongiorno, servizio clienti Northway, sono Giulia.
        Buongiorno, la mia bolletta è sbagliata, mi avete addebitato due volte questo mese.
        Mi dispiace molto, controllo subito. Mi può dire il numero del contratto?
        Sì, è il quattro uno due.
        Grazie, vedo l'errore e le rimborso oggi la somma.""",
    "Dutch": """Goedemorgen, klantenservice Northway, u spreekt met Sanne.
        Goedemorgen, mijn rekening klopt niet, er is deze maand twee keer afgeschreven.
        Dat spijt me, ik kijk het meteen na. Heeft u uw klantnummer voor mij?
        Ja, dat is vier een twee.
        Dank u wel, ik zie de fout en stort het vandaag terug.""",
    "Polish": """Dzień dobry, infolinia Northway, przy telefonie Anna, w czym mogę pomóc?
        Dzień dobry, mam zły rachunek, w tym miesiącu pobrali mi dwa razy.
        Bardzo mi przykro, już sprawdzam. Czy może pan podać numer klienta?
        Tak, to jest cztery jeden dwa.
        Dziękuję, widzę błąd i dziś zwrócimy panu te pieniądze.""",
    "Hindi": """Namaste, Northway mein call karne ke liye dhanyavaad, main Priya bol rahi hoon.
        Namaste, mera bill galat hai, is mahine do baar paisa kat gaya hai.
        Mujhe maaf kijiye, main abhi check karti hoon. Aap apna account number bataiye.
        Haan ji, chaar ek do hai.
        Theek hai, galti mil gayi hai aur aaj hi paisa wapas ho jayega.""",
    "Tagalog": """Magandang umaga po, thank you for calling Northway, ako po si Liza.
        Magandang umaga din, mali po ang bill ko, dalawang beses akong siningil ngayong buwan.
        Sorry po, titingnan ko lang po agad. Ano po ang account number ninyo?
        Apat, isa, dalawa po.
        Salamat po, nakita ko na ang mali at ibabalik namin ang pera ngayong araw.""",
    "Swedish": """Hej och välkommen till Northway, du talar med Karin.
        Hej, min faktura är fel, ni har dragit pengar två gånger den här månaden.
        Det var tråkigt, jag ska titta på det nu. Har du ditt kundnummer?
        Ja, det är fyra ett två.
        Tack, jag ser felet och vi betalar tillbaka det i dag.""",
}  # fmt: skip
UNLISTED = {
    "Finnish": """Hyvää päivää, Northwayn asiakaspalvelu, Anna puhelimessa.
        Päivää, laskuni on väärin, minulta on veloitettu kahdesti tässä kuussa.
        Olen pahoillani, tarkistan asian heti. Voisitteko kertoa asiakasnumeronne?
        Kyllä, se on neljä yksi kaksi.
        Kiitos, näen virheen ja palautamme rahat tänään tilillenne. Oliko teillä vielä muuta asiaa minulle?
        Ei ollut, kiitos avusta ja hyvää jatkoa teille sinne.""",
    "Swahili": """Habari za asubuhi, karibu Northway, unaongea na Amina, nikusaidie nini?
        Habari, bili yangu si sahihi, nimekatwa pesa mara mbili mwezi huu.
        Pole sana kwa hilo, naangalia sasa hivi. Naomba namba ya akaunti yako tafadhali.
        Ndiyo, ni nne moja mbili.
        Asante, nimeona kosa hilo na tutakurudishia pesa zako leo hii. Kuna jambo jingine lolote?""",
}  # fmt: skip
SCRIPTS = [
    "नमस्ते मेरा बिल गलत है इस महीने दो बार पैसा कट गया है कृपया देख लीजिए",
    "您好,我的账单有错误,这个月扣了两次款,请帮我查一下。",
    "Добрый день, у меня неправильный счёт, в этом месяце списали деньги два раза.",  # noqa: RUF001
    "مرحبا فاتورتي خاطئة وقد تم خصم المبلغ مرتين هذا الشهر",
]
ENGLISH = """Good morning, Northway, this is Elena, how can I help?
    Hi, my bill is wrong, I was charged twice this month.
    I'm so sorry about that, let me have a look. What is your account number?
    It's four seven one.
    Thanks, I can see it, and you will have your money back today."""


def turns_of(talk: str, change: Callable[[str], str] = str) -> tuple[Turn, ...]:
    sides = ("A", "B")
    lines = [line.strip() for line in talk.strip().split("\n")]
    return tuple(Turn("unknown", change(line), speaker=sides[index % 2]) for index, line in enumerate(lines))


def bare(text: str) -> str:
    """Return ``text`` as a poor recogniser writes it: capitals, no accents, no punctuation."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    return re.sub(r"[^\w\s']", "", plain).upper()


@pytest.fixture
def scorer() -> Scorer:
    return built_in()


@pytest.mark.parametrize(
    "language", ["en", "en-US", "en_us", "EN-GB", "eng", "English", "English (UK)", "en-AU ", "english"]
)
def test_names_of_english(language: str) -> None:
    assert foreign(Call("c", turns_of(ENGLISH), language=language)) is None


@pytest.mark.parametrize("language", ["es-US", "es", "Spanish", "fr_CA", "de", "enm", "Engadin", "zh-Hans", "ceb"])
def test_names_of_other_languages(language: str) -> None:
    found = foreign(Call("c", turns_of(ENGLISH), language=language))
    assert found is not None
    assert found.warning == f"it is in another language ({language}); only its timing is scored"
    assert found.reason == f"The call is in another language ({language}); only its timing is scored."


@pytest.mark.parametrize("language", [None, "", "und", "unknown", "auto", "multi", " "])
def test_where_the_file_does_not_know_the_words_tell(language: str | None) -> None:
    assert foreign(Call("c", turns_of(ENGLISH), language=language)) is None
    assert foreign(Call("c", turns_of(TALKS["Spanish"]), language=language)) is not None


def test_the_words_tell_where_the_file_says_english_of_another_language() -> None:
    found = foreign(Call("c", turns_of(TALKS["Spanish"]), language="en-US"))
    assert found is not None
    assert found.what == "does not read like English"


@pytest.mark.parametrize("change", [str, bare, str.lower])
@pytest.mark.parametrize("language", TALKS)
def test_talk_in_another_language_is_told_by_its_small_words(language: str, change: Callable[[str], str]) -> None:
    assert unlike_english(turns_of(TALKS[language], change)).endswith(f"of its words are small words of {language}")


@pytest.mark.parametrize("language", TALKS)
def test_three_turns_are_enough(language: str) -> None:
    assert unlike_english(turns_of(TALKS[language])[:3])


@pytest.mark.parametrize("language", UNLISTED)
def test_talk_in_a_language_without_a_list_is_told_by_the_lack_of_english(language: str) -> None:
    assert unlike_english(turns_of(UNLISTED[language])).startswith("only 0% of its words are small words of English")


@pytest.mark.parametrize("text", SCRIPTS)
def test_other_scripts_are_told_at_once(text: str) -> None:
    assert unlike_english((Turn("unknown", text),)) == "it is not written in Latin letters"


def test_an_english_recording_at_the_start_does_not_hide_another_language() -> None:
    menu = Turn("unknown", "Thank you for calling Northway. For billing, press one. To hear this again, press nine.")
    assert unlike_english((menu, *turns_of(TALKS["Spanish"])))


@pytest.mark.parametrize("change", [str, bare, str.lower])
def test_english_is_english_however_it_is_written(change: Callable[[str], str]) -> None:
    for length in range(1, 6):
        assert unlike_english(turns_of(ENGLISH, change)[:length]) == ""


@pytest.mark.parametrize(
    "text",
    [
        "it is [PII] [PII] [PII] and [NAME] [NAME] my name is [NAME] [NAME] and the account is [PII] [PII] [PII] [PII]",
        "[REDACTED] [REDACTED] [REDACTED] [REDACTED] [REDACTED] [REDACTED] " * 5,
        "five five two eight one one nine seven oh two three double four six one eight seven two five nine three " * 3,
        "yes yes no no okay okay yes no no no yes okay no no yes yes okay mm no okay yes right no no okay yes no",
        "Smith Jones Patel Okafor Brown Leeds Manchester Bradford York Hull Derby Stoke Crewe Luton Slough Bath Wells",
        "s m i t h j o n e s b r o w n p a t e l o k a f o r w r i g h t g r e e n h a l l c l a r k e w o o d",
        "no no no do no me so he do as a on to in is was to me so do on a he in no do to me on is was so in a to",
        "W1A 1AA, SW1A 2AA, M1 1AE, B33 8TH, CR2 6XH, DN55 1PT, EC1A 1BB, 07700 900123, a.b@northway.example",
        "Llandudno Llanfairpwll Aberystwyth Caernarfon Betws-y-Coed Pwllheli Machynlleth Dolgellau Bala",
        "%HESITATION %HESITATION <unk> <unk> [noise] *** *** {uh} <crosstalk> hello hello hello",
        "",
    ],
)
def test_no_alarm_for_odd_english(text: str) -> None:
    assert unlike_english((Turn("unknown", text),)) == ""


def test_no_alarm_for_any_stretch_of_the_examples_and_of_real_calls() -> None:
    paths = [EXAMPLES, *sorted(REAL.glob("*.jsonl"))] if REAL.is_dir() else [EXAMPLES]
    calls = [call for call in read([str(path) for path in paths]) if isinstance(call, Call)]
    assert len(calls) > 20
    alarms = [call.source for call in calls if foreign(call)]
    alarms += [
        f"{call.source}, turns {start} to {start + length}"
        for call in calls[::4]
        for length in (3, 8, 20)
        for start in range(0, len(call.turns), length)
        if unlike_english(call.turns[start : start + length])
    ]
    assert alarms == []


def test_the_lists_hold_single_words_in_lower_case() -> None:
    lists = languages()
    for words in (lists.english, lists.neutral, *lists.others.values()):
        assert all(word == word.lower() and " " not in word for word in words)
    assert not lists.english & lists.neutral


@pytest.mark.parametrize("language", ["es-US", None])
def test_only_timing_is_scored_and_nothing_is_found_in_the_words(scorer: Scorer, language: str | None) -> None:
    roles = ("agent", "customer", "agent", "customer", "agent")
    # False friends: a greeting, an apology and an exasperated "third time" that an English ear would find.
    talk = TALKS["Spanish"].replace("Hola", "Hello, sorry, this is terrible, hola")
    turns = tuple(
        turn._replace(role=role, start=5.0 * index, end=5.0 * index + 4.0)
        for index, (turn, role) in enumerate(zip(turns_of(talk), roles, strict=True))
    )
    scored = scorer.score(Call("c", turns, roles=Roles("given", ("A",), 1.0), language=language))
    assert dict(scored.moments) == dict.fromkeys(FIXED_MOMENTS, ())
    assert scored.mood == (None, None, None, None)
    told = {finding.rule: finding.outcome for finding in scored.findings if finding.outcome != "cannot_tell"}
    assert set(told) == {"core.interruptions"}
    reasons = {finding.reason for finding in scored.findings if finding.outcome == "cannot_tell"}
    what = "is in another language (es-US)" if language else "does not read like English"
    assert reasons == {f"The call {what}; only its timing is scored."}
    assert scored.talk.agent_share is not None
    assert any(what in warning for warning in scored.call.warnings)


def test_roles_are_not_guessed_from_words_of_another_language(scorer: Scorer) -> None:
    talk = TALKS["Tagalog"].replace("Magandang umaga po", "Magandang umaga po, how may I help you")
    scored = scorer.score(Call("c", turns_of(talk)))
    assert scored.roles.how == "unknown"
    assert {finding.outcome for finding in scored.findings} == {"cannot_tell"}
    english = scorer.score(Call("c", turns_of(ENGLISH)))
    assert english.roles.how == "content"


def test_results_pages_and_inspect_say_it(tmp_path: Path) -> None:
    lines = [
        f"{'Agent' if index % 2 == 0 else 'Customer'}: {turn.text}"
        for index, turn in enumerate(turns_of(TALKS["Spanish"]))
    ]
    path = written(tmp_path, "calls/c1.txt", "\n".join(["Agent: Elena", "", *lines]))
    written(tmp_path, "calls/c2.txt", "Agent: Elena\n\n" + "\n".join(lines[:2]) + "\nLanguage: es\n")
    site = tmp_path / "site"
    done = CliRunner().invoke(main, ["run", str(tmp_path / "calls"), "-o", str(site)])
    assert done.exit_code == 0, done.output
    pages = [page.read_text("utf-8") for page in site.rglob("*.html")]
    assert any("does not read like English" in page for page in pages)
    shown = CliRunner().invoke(main, ["inspect", path])
    assert "it does not read like English" in " ".join(shown.stdout.split())
    as_json = json.loads(CliRunner().invoke(main, ["inspect", path, "--json"]).stdout)
    assert any("does not read like English" in warning for warning in as_json["warnings"])


def test_looking_costs_little_however_long_the_call(scorer: Scorer) -> None:
    long = Call("c", turns_of(ENGLISH) * 2000)
    assert foreign(long) is None
    assert foreign(replace(long, turns=turns_of(TALKS["Spanish"]) * 2000)) is not None
    one = Call("c", (Turn("unknown", TALKS["German"] * 5000),))
    assert foreign(one) is not None
