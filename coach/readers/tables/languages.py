"""Names of columns in German, Spanish, French, Portuguese, Italian and Dutch, folded; with and without accents."""

from __future__ import annotations

from collections.abc import Mapping

# Left out is what means something else in another of these languages, or as often something else in its own: a
# "canal" is as often that of contact as that of a recording, "data" is a date and what is counted.
ABROAD: Mapping[str, str] = {
    "text": "transkript|transkription|gesprochener text|äusserung|aeusserung|nachricht|inhalt"
    "|texto|transcripción|transcripcion|mensaje|enunciado|contenido"
    "|texte|transcription|énoncé|enonce|contenu|propos"
    "|transcrição|transcricao|mensagem|fala|conteúdo|conteudo"
    "|testo|trascrizione|messaggio|enunciato|contenuto"
    "|tekst|transcriptie|bericht|uiting|inhoud",
    "speaker": "sprecher|sprecherin|sprecher in|sprecherlabel|teilnehmer|teilnehmerin|teilnehmer in|absender"
    "|hablante|locutor|interlocutor|orador|participante|remitente"
    "|locuteur|interlocuteur|orateur|intervenant|expéditeur|expediteur|auteur"
    "|falante|parlante|oratore|interlocutore|partecipante|mittente|autore"
    "|spreker|deelnemer|afzender",
    "role": "rolle|sprecherrolle|rol|papel|rôle|ruolo",
    "start": "beginn|anfang|startzeit|beginnzeit|anfangszeit|zeitstempel|zeitpunkt|uhrzeit|zeit"
    "|inicio|hora de inicio|hora inicio|tiempo de inicio|tiempo inicio|comienzo|marca de tiempo|hora|tiempo"
    "|début|debut|heure de début|heure de debut|heure début|heure debut|temps de début|horodatage|heure"
    "|início|hora de início|hora início|hora inicial|tempo de início|tempo inicial"
    "|inizio|ora di inizio|ora inizio|tempo di inizio|orario|ora"
    "|starttijd|begintijd|aanvang|tijdstempel|tijdstip|tijd",
    "end": "ende|endzeit|fin|hora de fin|hora fin|tiempo de fin|hora final|heure de fin|heure fin|temps de fin"
    "|fim|término|termino|hora de fim|hora de término|tempo final|fine|ora di fine|ora fine|tempo di fine"
    "|einde|eindtijd",
    "duration": "dauer|duración|duracion|durée|duree|duração|duracao|durata|duur",
    "call_id": "anruf id|anruf nr|anruf|anrufkennung|gespräch id|gesprächs id|gespraech id|gespraechs id|gespräch"
    "|gesprächsnummer|kontakt id"
    "|id de llamada|id llamada|id de la llamada|llamada|id de conversación|id de conversacion|id conversación"
    "|id conversacion"
    "|id appel|id d appel|id de l appel|identifiant appel|identifiant de l appel|appel|id conversation"
    "|id da chamada|id chamada|chamada|id da ligação|id ligação|ligação|id da conversa"
    "|id chiamata|id della chiamata|chiamata|id conversazione"
    "|gesprek id|gespreks id|gesprek|gespreksnummer|oproep id",
    "agent_id": "agenten id|agenten nr|mitarbeiter id|personalnummer|id de agente|id del agente|id agente|id de l agent"
    "|id agent|identifiant agent|id do agente|id do atendente|id operatore|medewerker id|medewerkernummer",
    "agent_name": "agentenname|agentin|mitarbeiter|mitarbeiterin|mitarbeitername|bearbeiter|kundenberater|agente"
    "|nombre del agente|nombre agente|asesor|asesora|nom de l agent|nom agent|conseiller|conseillère|nome do agente"
    "|nome agente|nome dell agente|atendente|nome do atendente|operatore|nome operatore|medewerker|naam medewerker"
    "|agentnaam",
    "started_at": "datum|anrufdatum|gesprächsdatum|anrufbeginn|fecha|fecha y hora|fecha de llamada|fecha de la llamada"
    "|date d appel|date de l appel|data da chamada|data da ligação|data chiamata|data della chiamata|gespreksdatum",
}
