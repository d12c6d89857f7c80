package projections

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"time"

	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

const (
	roma   = domain.CodiceISTAT("058091")
	milano = domain.CodiceISTAT("015146")
	inps   = domain.EnteID("00000000-0000-0000-0000-0000000000e1")
	asl    = domain.EnteID("00000000-0000-0000-0000-0000000000e2")
	mario  = domain.UtenteID("00000000-0000-0000-0000-0000000000a1")
	maria  = domain.UtenteID("00000000-0000-0000-0000-0000000000a2")
	capo   = domain.UtenteID("00000000-0000-0000-0000-0000000000a3")
)

var (
	morning   = enginetest.Morning
	operatore = domain.Actor{Utente: mario, Role: domain.RoleStandard, Ente: inps}
	ufficiale = domain.Actor{Utente: capo, Role: domain.RoleTop, Comune: roma}
	rossi     = domain.Soggetto{CodiceFiscale: "RSSMRA80A01H501U"}
	bianchi   = domain.Soggetto{Cognome: "Bianchi", Nome: "Anna", Sesso: "F", DataNascita: domain.Date{Year: 1952, Month: 4, Day: 3}}
)

// reach returns how far an actor reaches whose roles are those given; that of a TOP
// is their Comune's to give.
func reach(a domain.Actor, roles ...domain.RoleGiven) domain.Reach {
	return collecting(nil, a, roles...)
}

// collecting is reach for who may obtain what others asked for at some pairs.
func collecting(pairs []domain.Pair, a domain.Actor, roles ...domain.RoleGiven) domain.Reach {
	held := make([]domain.RoleHeld, len(roles))
	for i, r := range roles {
		held[i].RoleGiven = r
	}
	who := domain.Standing{Utente: domain.Utente{Roles: held, Collects: pairs}, Comune: domain.Comune{ComuneRegistered: domain.ComuneRegistered{ISTAT: a.Comune}}}
	if slices.Contains(roles, given(domain.RoleTop, "", a.Comune)) {
		who.Comune.Tops = []domain.UtenteID{a.Utente}
	}
	r, _ := who.Reach(a, morning)
	return r
}

// What those above may see; the operator's role is given by both Comuni.
var (
	everything = reach(domain.Sistema)
	theirs     = reach(operatore, given(domain.RoleStandard, inps, roma), given(domain.RoleStandard, inps, milano))
	theOffice  = reach(ufficiale, given(domain.RoleTop, "", roma))
)

func given(role domain.Role, ente domain.EnteID, comune domain.CodiceISTAT) domain.RoleGiven {
	return domain.RoleGiven{Role: role, Ente: ente, Comune: comune}
}

// token is what a person is searched by.
func token(s domain.Soggetto) string {
	return fmt.Sprintf("token-of-%x", sha256.Sum256([]byte(s.Key())))
}

// numero is the number of a visura's document.
func numero(id domain.VisuraID) domain.CIUV { return domain.NewCIUV([10]byte([]byte(id[26:]))) }

func visuraID(n int) domain.VisuraID {
	return domain.VisuraID(fmt.Sprintf("00000000-0000-0000-0000-%012d", n))
}

// parties enters those the stories are about.
func parties(l *enginetest.Log) {
	l.Add(string(roma.Stream()), domain.Sistema, domain.ComuneRegistered{ISTAT: roma, Nome: "Roma", Provincia: "RM", Ufficio: "Anagrafe"})
	l.Add(string(milano.Stream()), domain.Sistema, domain.ComuneRegistered{ISTAT: milano, Nome: "Milano", Provincia: "MI", Ufficio: "Anagrafe"})
	l.Add(string(inps.Stream()), domain.Sistema, domain.EnteRegistered{Denominazione: "INPS"})
	l.Add(string(asl.Stream()), domain.Sistema, domain.EnteRegistered{Denominazione: "ASL Roma 1", CodiceIPA: "asl_rm1"})
	for i, id := range []domain.UtenteID{mario, maria, capo} {
		l.Add(string(id.Stream()), domain.Sistema, domain.UtenteRegistered{Codice: fmt.Sprintf("U%03d", i+1), Cognome: "Cognome", Nome: "Nome"})
	}
}

func request(comune domain.CodiceISTAT, ente domain.EnteID, s domain.Soggetto) domain.VisuraRequested {
	return domain.VisuraRequested{
		Comune: comune, Ente: ente, Tipo: domain.Residenza, Ambito: domain.Comunale, Conferma: domain.Immediata,
		Purpose:  domain.Purpose{Finalita: "pensioni", Descrizione: "Erogazione di pensioni", BaseGiuridica: "L. 88/1989", NumeroPratica: "PR/2026/17"},
		Soggetto: s, SubjectToken: token(s),
	}
}

func issued(id domain.VisuraID) domain.VisuraIssued {
	return domain.VisuraIssued{
		Numero: numero(id), SHA256: "ab" + string(id[34:]), Size: 34567, Pages: 1, IDOperazioneANPR: "A1",
		IDOperazioneComune: "C1", IssuedAt: morning.Add(time.Hour), Template: "1", Ambiente: domain.Prova, Warnings: []string{"data parziale"},
		SubjectToken: token(rossi),
	}
}

// issue tells the shortest story with a good end.
func issue(l *enginetest.Log, n int) domain.Position {
	id := visuraID(n)
	stream := string(id.Stream())
	l.Add(stream, operatore, request(roma, inps, rossi))
	l.Add(stream, operatore, domain.VisuraApproved{Conferma: domain.Immediata, Effective: morning})
	l.Add(stream, domain.Sistema, domain.QueryStarted{Attempt: 1, IDOperazioneComune: "C1"})
	return l.Add(stream, domain.Sistema, issued(id))
}

// story is what happens to one visura, from nothing to an end or the middle.
func story(t *rapid.T, id domain.VisuraID) []domain.Event {
	who := rapid.SampledFrom([]domain.Soggetto{rossi, bianchi}).Draw(t, "subject")
	asked := request(rapid.SampledFrom([]domain.CodiceISTAT{roma, milano}).Draw(t, "comune"), inps, who)
	for i, q := range rapid.SliceOfDistinct(rapid.SampledFrom(append(domain.QuoteAtto(), domain.QuoteComune()...)), func(q domain.Quota) domain.Quota { return q }).Draw(t, "quotas") {
		q.Limite = 1000
		asked.Quote = append(asked.Quote, domain.QuotaContata{Quota: q, Conto: i + 1})
	}
	events := []domain.Event{asked}
	due := morning.Add(48 * time.Hour)
	switch rapid.SampledFrom([]string{"immediate", "manual", "silence", "rejected", "withdrawn"}).Draw(t, "confirmation") {
	case "immediate":
		events = append(events, domain.VisuraApproved{Conferma: domain.Immediata, Effective: morning})
	case "manual":
		events = append(events, domain.ConfirmationAwaited{}, domain.VisuraApproved{Conferma: domain.Manuale, Effective: morning})
	case "silence":
		events = append(events, domain.ConfirmationAwaited{Due: &due}, domain.VisuraApproved{Conferma: domain.SilenzioAssenso, Effective: due})
	case "rejected":
		return append(events, domain.ConfirmationAwaited{Due: &due}, domain.VisuraRejected{Motivo: "altro", Testo: "parole su Mario"})
	case "withdrawn":
		return append(events, domain.ConfirmationAwaited{}, domain.VisuraWithdrawn{Testo: "parole su Anna"})
	}
	tries := rapid.IntRange(1, 3).Draw(t, "tries")
	for n := range tries {
		events = append(events, domain.QueryStarted{Attempt: n + 1, IDOperazioneComune: "C1"})
		if n < tries-1 {
			events = append(events, domain.QueryDeferred{Attempt: n + 1, Class: domain.FailureRetry, Code: "EN500", RetryAt: morning.Add(time.Hour)})
		}
	}
	switch rapid.SampledFrom([]string{"issued", "downloaded", "revoked", "not issuable", "failed", "open"}).Draw(t, "end") {
	case "issued":
		events = append(events, issued(id))
	case "downloaded":
		events = append(events, issued(id), domain.VisuraDownloaded{}, domain.VisuraDownloaded{})
	case "revoked":
		events = append(events, issued(id), domain.VisuraDownloaded{}, domain.VisuraRevoked{Motivo: "dati_errati", Testo: "parole su Mario"}, domain.RevocationAnnounced{Utenti: []domain.UtenteID{mario}})
	case "not issuable":
		events = append(events, domain.VisuraNotIssuable{Reason: domain.ReasonDeceased, Detail: "parole di ANPR"})
	case "failed":
		events = append(events, domain.VisuraFailed{Code: domain.FailedTooLong})
	}
	for n := range rapid.IntRange(0, 2).Draw(t, "corrections") {
		at := rapid.IntRange(1, len(events)).Draw(t, "corrected after")
		events = slices.Insert(events, at, domain.Event(domain.PracticeCorrected{Precedente: fmt.Sprintf("PR/2026/%d", 17+n), NumeroPratica: fmt.Sprintf("PR/2026/%d", 18+n)}))
	}
	if rapid.Bool().Draw(t, "erased") {
		events = append(events, domain.VisuraErased{Basis: "termine"})
	}
	return events
}

// stories makes a log of several visure whose events are interleaved.
func stories(t *rapid.T) *enginetest.Log {
	l := enginetest.NewLog()
	parties(l)
	open := make(map[int][]domain.Event)
	var ids []int
	for n := range rapid.IntRange(1, 6).Draw(t, "visure") {
		open[n], ids = story(t, visuraID(n)), append(ids, n)
	}
	for range rapid.IntRange(0, 12).Draw(t, "acts of administration") {
		a := rapid.SampledFrom(administration).Draw(t, "act")
		l.Add(a.stream, a.by, a.event)
	}
	for _, a := range theCaseStory[:rapid.IntRange(0, len(theCaseStory)).Draw(t, "of the case")] {
		l.Add(a.stream, a.by, a.event)
	}
	for len(ids) > 0 {
		i := rapid.IntRange(0, len(ids)-1).Draw(t, "next")
		n := ids[i]
		l.Add(string(visuraID(n).Stream()), operatore, open[n][0])
		if open[n] = open[n][1:]; len(open[n]) == 0 {
			ids = append(ids[:i], ids[i+1:]...)
		}
	}
	return l
}
