package projections

import (
	"net/netip"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/projections/engine/enginetest"
)

const (
	sportello  = domain.ProfileID("00000000-0000-0000-0000-0000000000f1") // of Roma
	ampio      = domain.ProfileID("00000000-0000-0000-0000-0000000000f2") // of Roma, national
	ambrosiano = domain.ProfileID("00000000-0000-0000-0000-0000000000f3") // of Milano
	banco      = domain.PostazioneID("00000000-0000-0000-0000-0000000000b1")
	gestionale = domain.ApplicativoID("00000000-0000-0000-0000-0000000000c1")
	admina     = domain.UtenteID("00000000-0000-0000-0000-0000000000a4")
)

var (
	topDiRoma   = domain.Actor{Utente: capo, Role: domain.RoleTop, Comune: roma}
	inpsRoma    = domain.Pair{Ente: inps, Comune: roma}
	inpsMilano  = domain.Pair{Ente: inps, Comune: milano}
	mattina     = domain.Orario{{Giorni: []int{1, 2, 3, 4, 5}, Dalle: "08:00", Alle: "14:00"}}
	ofMilano    = reach(domain.Actor{Utente: capo, Role: domain.RoleTop, Comune: milano}, given(domain.RoleTop, "", milano))
	ofInpsRoma  = reach(domain.Actor{Utente: admina, Role: domain.RoleAdmin, Ente: inps}, given(domain.RoleAdmin, inps, roma))
	ofAslRoma   = reach(domain.Actor{Utente: admina, Role: domain.RoleAdmin, Ente: asl}, given(domain.RoleAdmin, asl, roma))
	mariosOwn   = reach(operatore, given(domain.RoleStandard, inps, roma))
	auditorRoma = reach(domain.Actor{Utente: capo, Role: domain.RoleAuditor, Comune: roma}, given(domain.RoleAuditor, "", roma))
)

// done is one act of administration.
type done struct {
	stream string
	by     domain.Actor
	event  domain.Event
}

func day(d int) domain.Date { return domain.Date{Year: 2026, Month: 11, Day: d} }

func atto(p domain.Pair, estremi string, al domain.Date) domain.ConvenzioneDrafted {
	return domain.ConvenzioneDrafted{
		Ente: p.Ente, Comune: p.Comune, Tipo: domain.AttoConvenzione, Estremi: estremi, Dal: domain.Date{Year: 2026, Month: 1, Day: 1}, Al: al,
		Finalita: []domain.Finalita{{Codice: "pensioni", Descrizione: "Pensioni", BaseGiuridica: "L. 88/1989", Valutazione: "DPIA 1"}},
		Massimo: domain.Massimo{
			Tipi:      []domain.Tipo{domain.Residenza, domain.StatoCivile, domain.StatoFamiglia},
			Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso},
		},
		Contatti: domain.Contatti{Assistenza: "06 1234"},
	}
}

// theCase is about what Mario asked Roma for.
const theCase = domain.CasoID("00000000-0000-0000-0000-0000000000ca")

// administration is how Roma and Milano let the INPS ask, and some of the ASL.
var administration = []done{
	{string(roma.Stream()), domain.Sistema, domain.ComuneConnected{TipoInvio: "TEST", Keystore: "roma.p12", Operatore: "MRTMTT91D08F205J"}},
	{string(roma.Stream()), domain.Sistema, domain.TopNamed{Utente: capo}},
	{string(roma.Stream()), topDiRoma, domain.NazionaleEnabled{Testo: "Accordo", Atto: "Delibera 1", Data: day(1)}},
	{string(roma.Stream()), topDiRoma, domain.InstructionsPublished{Versione: 1, Testo: "Istruzioni di Roma"}},
	{string(inps.Stream()), topDiRoma, domain.UfficioNamed{Comune: roma, Codice: "PEN", Nome: "Pensioni"}},
	{string(inps.Stream()), domain.Sistema, domain.UfficioNamed{Comune: milano, Codice: "PEN", Nome: "Previdenza"}},
	{"convenzione-" + string(domain.ConvenzioneIDOf(inpsRoma)), topDiRoma, atto(inpsRoma, "Prot. 1", domain.Date{Year: 2026, Month: 12, Day: 31})},
	{"convenzione-" + string(domain.ConvenzioneIDOf(inpsRoma)), topDiRoma, domain.ConvenzioneActivated{Numero: 1, Al: domain.Date{Year: 2026, Month: 12, Day: 31}}},
	{"convenzione-" + string(domain.ConvenzioneIDOf(inpsMilano)), domain.Sistema, atto(inpsMilano, "Prot. 2", domain.Date{Year: 2027, Month: 12, Day: 31})},
	{"convenzione-" + string(domain.ConvenzioneIDOf(inpsMilano)), domain.Sistema, domain.ConvenzioneActivated{Numero: 1}},
	{string(sportello.Stream()), topDiRoma, domain.ProfileDefined{Comune: roma, Nome: "Sportello", Orario: mattina, Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza}, {Tipo: domain.StatoCivile}}}},
	{string(ampio.Stream()), topDiRoma, domain.ProfileDefined{Comune: roma, Nome: "Ampio", Postazione: domain.Autorizzata, Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: domain.Manuale}}}}},
	{string(ambrosiano.Stream()), domain.Sistema, domain.ProfileDefined{Comune: milano, Nome: "Ambrosiano", Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza}}}},
	{string(mario.Stream()), topDiRoma, domain.UtenteAppointed{Ente: inps, Comune: roma, Ufficio: "PEN", Mansione: "istruttore"}},
	{string(mario.Stream()), topDiRoma, given(domain.RoleStandard, inps, roma)},
	{string(mario.Stream()), topDiRoma, domain.InstructionsAccepted{Comune: roma, Versione: 1}},
	{string(mario.Stream()), topDiRoma, domain.ProfileAssigned{Ente: inps, Comune: roma, Profile: sportello}},
	{string(mario.Stream()), topDiRoma, domain.ProfileAssigned{Ente: inps, Comune: roma, Profile: ampio}},
	{string(mario.Stream()), domain.Sistema, given(domain.RoleStandard, inps, milano)},
	{string(mario.Stream()), domain.Sistema, domain.ProfileAssigned{Ente: inps, Comune: milano, Profile: ambrosiano}},
	{string(maria.Stream()), domain.Sistema, given(domain.RoleStandard, asl, roma)},
	{string(maria.Stream()), topDiRoma, domain.UtenteSuspended{Ente: asl, Comune: roma, Causa: domain.SuspendedByOrder, Motivo: "parole su Maria"}},
	{string(admina.Stream()), topDiRoma, domain.UtenteRegistered{Codice: "U004", CodiceFiscale: "DMCVLR80A41H501G", Cognome: "D'Amico", Nome: "Valeria"}},
	{string(admina.Stream()), topDiRoma, given(domain.RoleAdmin, inps, roma)},
	{string(admina.Stream()), topDiRoma, domain.GrantProposed{ID: "00000000-0000-0000-0000-0000000000d1", Ente: inps, Comune: roma, Assign: &domain.ProfileGrant{Ente: inps, Comune: roma, Profile: sportello}, Motivo: "parole su Valeria"}},
	{string(banco.Stream()), topDiRoma, domain.PostazioneProposed{Ente: inps, Comune: roma, Nome: "Banco 1", Reti: []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")}}},
	{string(banco.Stream()), domain.Sistema, domain.PostazioneProposed{Ente: inps, Comune: milano, Nome: "Banco 1"}},
	{string(banco.Stream()), topDiRoma, domain.PostazioneApproved{Comune: roma}},
	{string(banco.Stream()), domain.Sistema, domain.PostazioneEnrolled{}},
	{string(gestionale.Stream()), topDiRoma, domain.ApplicativoRegistered{Ente: inps, Comuni: []domain.CodiceISTAT{roma, milano}, Nome: "Gestionale", Owner: admina, Scopes: []domain.Scope{domain.ScopeRequest}}},
	{string(gestionale.Stream()), topDiRoma, domain.TokenIssued{Token: "ab12", Comuni: []domain.CodiceISTAT{roma}, Expires: morning.AddDate(0, 6, 0)}},
	{string(gestionale.Stream()), domain.Sistema, domain.TokenIssued{Token: "cd34", Comuni: []domain.CodiceISTAT{milano}, Expires: morning.AddDate(0, 6, 0)}},
	{string(gestionale.Stream()), domain.Sistema, domain.ApplicativoSuspended{Comune: milano, Motivo: "verifica"}},
	{"accesso-" + string(mario) + "-2026-11", operatore, domain.AccessRecorded{Action: "list-visure", Outcome: "ok", Shown: []string{"v1", "v2"}}},
	{"accesso-" + string(mario) + "-2026-11", operatore, domain.AccessRecorded{Action: "request-visura", Outcome: "forbidden", Field: "tipo", Asked: domain.Asked{Tipo: domain.Morte, Comune: milano}}},
	{"accesso-" + string(admina) + "-2026-11", domain.Actor{Utente: admina, Role: domain.RoleAdmin, Ente: inps}, domain.AccessRecorded{Action: "search-utenti", Outcome: "ok", Object: string(mario.Stream())}},
	{"accesso-" + string(capo) + "-2026-11", topDiRoma, domain.AccessRecorded{Action: "sign-in", Outcome: "ok", Address: "192.0.2.1"}},
	{string(roma.Stream()), topDiRoma, domain.RegolaAllarmeSet{Codice: domain.AllarmeSoggettoUtente, Versione: 1, Attiva: true, Gravita: domain.GravitaAlta, Ripetizione: &domain.Ripetizione{Soglia: 2, Giorni: 30}}},
}

// theCaseStory is what becomes of the case, in its order.
var theCaseStory = []done{
	{string(theCase.Stream()), domain.Sistema, domain.CasoOpened{
		Regola: domain.RegoleIniziali()[1], Comune: roma, Ente: inps, Utente: mario, Conto: 1, Pratiche: 1, Dal: morning, Al: morning, Entro: morning.AddDate(0, 0, 7),
		Visure: []domain.VisuraDiCaso{{Visura: visuraID(1), Utente: mario}},
	}},
	{string(theCase.Stream()), domain.Sistema, domain.CasoRequestsAdded{Visure: []domain.VisuraDiCaso{{Visura: visuraID(2), Utente: mario}}}},
	{string(theCase.Stream()), topDiRoma, domain.CasoTaken{}},
	{string(theCase.Stream()), topDiRoma, domain.CasoClosed{Esito: domain.EsitoImpropria, Testo: "parole su Mario"}},
}

// town is a database in which all that was done, in this order, and more.
func town(t *testing.T, more ...done) (*pgxpool.Pool, *enginetest.Log) {
	t.Helper()
	pool, l := pgtest.New(t), enginetest.NewLog()
	parties(l)
	for _, a := range append(administration[:len(administration):len(administration)], more...) {
		l.Add(a.stream, a.by, a.event)
	}
	enginetest.Apply(t, pool, l.All(), All...)
	return pool, l
}

// noon is a Monday at one in Italy: some hours after all was done.
var noon = morning.Add(4 * time.Hour)
