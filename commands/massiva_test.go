package commands_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

const massiva domain.MassivaID = "00000000-0000-4000-8000-0000000000b1"

// admitting is what the act admits about many people, many the request about three of them.
var (
	admitting = domain.MassiveGranted{Atto: 1, Tetto: 5, BaseGiuridica: "art. 50 D.Lgs. 82/2005"}
	trio      = []commands.SoggettoRichiesto{
		{CodiceFiscale: string(rossi)}, {Cognome: "Verdi", Nome: "Luca", Sesso: "M", DataNascita: "1978-03-14"}, {Cognome: "Bianchi", Nome: "Ada", Sesso: "F", DataNascita: "1960-02-01"},
	}
	many = commands.RequestMassiva{Comune: string(comune), Tipo: "residenza", Finalita: "ISEE", NumeroPratica: "2026/004711", Soggetti: trio}

	manyRequested = domain.MassivaRequested{
		Comune: comune, Ente: ente, Convenzione: conv, Atto: 1, Tipo: domain.Residenza, Ambito: domain.Comunale,
		Purpose: domain.Purpose{Finalita: "ISEE", Descrizione: "Controllo ISEE", BaseGiuridica: "art. 71 DPR 445/2000", NumeroPratica: "2026/004711"},
		Tetto:   5, BaseGiuridica: admitting.BaseGiuridica, Righe: 3,
		Soggetti: []domain.Soggetto{{CodiceFiscale: rossi}, {Cognome: "VERDI", Nome: "LUCA", Sesso: "M", DataNascita: data("1978-03-14")}, {Cognome: "BIANCHI", Nome: "ADA", Sesso: "F", DataNascita: data("1960-02-01")}},
	}
	quota     = domain.MassivaDelayed{Quota: "utente-giorno", Until: now.Add(time.Hour)}
	halted    = domain.MassivaStopped{Item: "orario", Testo: "non a quest'ora"}
	goingOn   = domain.MassivaResumed{}
	takenBack = domain.MassivaWithdrawn{}
	destroyed = domain.PeopleDestroyed{}
)

// askedTo says that the rows up to one were asked for.
func askedTo(to int) domain.RowsAsked { return domain.RowsAsked{To: to} }

// massivaSpec is a spec of a command about a request about many people.
type massivaSpec struct {
	given []domain.Event
	by    domain.Actor // default: the operator mario
	at    time.Time    // default: now
	but   func(*commands.Given[domain.Massiva])
	when  commands.Command[domain.Massiva]
	then  []domain.Event
	fails domain.Code
	field string
}

type givenMassiva = commands.Given[domain.Massiva]

func runMassive(t *testing.T, specs map[string]massivaSpec) {
	t.Helper()
	for name, s := range specs {
		t.Run(name, func(t *testing.T) {
			if s.by.Role == "" {
				s.by = mario
			}
			around := granted(s.by)
			g := givenMassiva{ID: string(massiva), Actor: around.Actor, Parties: around.Parties, Meta: around.Meta}
			g.Parties.Convenzione = g.Parties.Convenzione.Evolve(admitting, domain.Meta{})
			for _, e := range s.given {
				g.State = g.State.Evolve(e, domain.Meta{At: now, By: mario})
			}
			if !s.at.IsZero() {
				g.Meta.At = s.at
			}
			if s.but != nil {
				s.but(&g)
			}
			decide(t, g, s.when, s.then, s.fails, s.field)
		})
	}
}

// manyBut changes what is asked for.
func manyBut(change func(*commands.RequestMassiva)) commands.RequestMassiva {
	c := many
	change(&c)
	return c
}

func peopleOf(people ...commands.SoggettoRichiesto) commands.RequestMassiva {
	return manyBut(func(c *commands.RequestMassiva) { c.Soggetti = people })
}

func TestRequestMassiva(t *testing.T) {
	nationally := manyBut(func(c *commands.RequestMassiva) { c.Ambito = "nazionale" })
	nationallyRequested := manyRequested
	nationallyRequested.Ambito = domain.Nazionale
	six := peopleOf(append(trio, trio...)...)
	ended := func(g *givenMassiva) {
		g.Parties.Convenzione = g.Parties.Convenzione.Evolve(domain.MassiveEnded{Atto: 1}, domain.Meta{})
	}
	runMassive(t, map[string]massivaSpec{
		"about three people":               {when: many, then: events(manyRequested)},
		"beyond the Comune":                {when: nationally, then: events(nationallyRequested)},
		"repeated":                         {given: events(manyRequested), when: many},
		"repeated once they are destroyed": {given: events(manyRequested, askedTo(3), destroyed), when: many},
		"another under its id":             {given: events(manyRequested), when: manyBut(func(c *commands.RequestMassiva) { c.Tipo = "stato_civile" }), fails: domain.Conflict, field: "id"},
		"about others under its id":        {given: events(manyRequested), when: peopleOf(trio[1], trio[0], trio[2]), fails: domain.Conflict, field: "id"},
		"by another under its id":          {given: events(manyRequested), by: piero, when: many, fails: domain.Conflict, field: "id"},
		"by a TOP":                         {by: luisa, when: many, fails: domain.Forbidden},
		"where the act does not admit it":  {when: many, but: ended, fails: domain.Forbidden, field: "massiva"},
		"where a renewal does not": {when: many, fails: domain.Forbidden, field: "massiva", but: func(g *givenMassiva) {
			g.Parties.Convenzione = g.Parties.Convenzione.Evolve(act, domain.Meta{}).Evolve(domain.ConvenzioneActivated{Numero: 2}, domain.Meta{})
		}},
		"by who may not ask for one":     {when: manyBut(func(c *commands.RequestMassiva) { c.Tipo = "stato_civile" }), fails: domain.Forbidden, field: "tipo"},
		"for a purpose there is not":     {when: manyBut(func(c *commands.RequestMassiva) { c.Finalita = "TARI" }), fails: domain.Invalid, field: "finalita"},
		"without a practice":             {when: manyBut(func(c *commands.RequestMassiva) { c.NumeroPratica = "" }), fails: domain.Invalid, field: "numero_pratica"},
		"about nobody":                   {when: peopleOf(), fails: domain.Invalid, field: "soggetti"},
		"about more than the act admits": {when: six, fails: domain.Invalid, field: "soggetti"},
		"about somebody twice":           {when: peopleOf(trio[0], trio[1], trio[0]), fails: domain.Invalid, field: "soggetti[2].soggetto"},
		"with a codice fiscale that is none": {when: peopleOf(trio[0], commands.SoggettoRichiesto{CodiceFiscale: "RSSMRA80A01H501X"}),
			fails: domain.Invalid, field: "soggetti[1].soggetto.codice_fiscale"},
		"with a practice that is a name": {when: manyBut(func(c *commands.RequestMassiva) { c.NumeroPratica = "Ada Bianchi" }), fails: domain.Invalid},
	})
}

func TestEveryWrongRowIsTold(t *testing.T) {
	c := peopleOf(trio[0], commands.SoggettoRichiesto{CodiceFiscale: "x"}, trio[0], commands.SoggettoRichiesto{Cognome: "ROSSI"}, trio[2])
	_, wrong := c.Rows(nil)
	var rows []string
	for _, w := range wrong {
		rows = append(rows, fmt.Sprint(w.Riga, " ", w.Field))
	}
	if diff := cmp.Diff([]string{"2 soggetto.codice_fiscale", "3 soggetto", "4 soggetto"}, rows); diff != "" {
		t.Error(diff)
	}
}

// An event of the most people there may be, described as long as they may be, fits into
// one append; what would not is refused.
func TestAListIsNoLongerThanAnAppendTakes(t *testing.T) {
	long := strings.Repeat("A", 70)
	var people []commands.SoggettoRichiesto
	for n := range domain.RigheMassime {
		name := long + string(rune('A'+n%26)) + string(rune('A'+n/26%26)) + string(rune('A'+n/676))
		people = append(people, commands.SoggettoRichiesto{Cognome: name, Nome: long, Sesso: "F", DataNascita: "1960-02-01"})
	}
	runMassive(t, map[string]massivaSpec{"too long": {
		when: peopleOf(people...), fails: domain.Invalid, field: "soggetti",
		but: func(g *givenMassiva) {
			g.Parties.Convenzione = g.Parties.Convenzione.Evolve(domain.MassiveGranted{Atto: 1, Tetto: domain.RigheMassime}, domain.Meta{})
		},
	}})
}

func TestResumeMassiva(t *testing.T) {
	stopped := events(manyRequested, askedTo(1), halted)
	runMassive(t, map[string]massivaSpec{
		"by who asked":                {given: stopped, when: commands.ResumeMassiva{}, then: events(goingOn)},
		"what goes on":                {given: events(manyRequested), when: commands.ResumeMassiva{}},
		"not by a colleague":          {given: stopped, by: piero, when: commands.ResumeMassiva{}, fails: domain.NotFound},
		"nor by an ADMIN":             {given: stopped, by: anna, when: commands.ResumeMassiva{}, fails: domain.Forbidden},
		"nor while it may not be":     {given: stopped, when: commands.ResumeMassiva{}, but: func(g *givenMassiva) { g.Parties.Convenzione.Suspended = true }, fails: domain.Forbidden, field: "comune"},
		"nor what was withdrawn":      {given: append(stopped, takenBack), when: commands.ResumeMassiva{}, fails: domain.Conflict},
		"nor once its time is over":   {given: stopped, at: now.AddDate(0, 0, domain.GiorniFermata), when: commands.ResumeMassiva{}, fails: domain.Conflict},
		"nor what there is not":       {when: commands.ResumeMassiva{}, fails: domain.NotFound},
		"nor once all of it is asked": {given: events(manyRequested, askedTo(3)), when: commands.ResumeMassiva{}, fails: domain.Conflict},
	})
}

func TestWithdrawMassiva(t *testing.T) {
	under := events(manyRequested, askedTo(1))
	withdraw := commands.WithdrawMassiva{}
	runMassive(t, map[string]massivaSpec{
		"by who asked":             {given: under, when: withdraw, then: events(takenBack)},
		"by their ADMIN":           {given: under, by: anna, when: withdraw, then: events(takenBack)},
		"by the Comune":            {given: under, by: luisa, when: withdraw, then: events(takenBack)},
		"while a quota is used up": {given: append(under, quota), when: withdraw, then: events(takenBack)},
		"once it was stopped":      {given: append(under, halted), when: withdraw, then: events(takenBack)},
		"not by a colleague":       {given: under, by: piero, when: withdraw, fails: domain.NotFound},
		"nor by an officer":        {given: under, by: carla, when: withdraw, fails: domain.Forbidden},
		"nor by who verifies":      {given: under, by: revis, when: withdraw, fails: domain.Forbidden},
		"nor what is done":         {given: events(manyRequested, askedTo(3)), when: withdraw, fails: domain.Conflict},
	})
}

func TestWhatTheSystemRecordsOfMany(t *testing.T) {
	under := events(manyRequested, askedTo(1))
	system := domain.Sistema
	runMassive(t, map[string]massivaSpec{
		"rows":                              {given: under, by: system, when: commands.RecordRows{To: 2}, then: events(askedTo(2))},
		"not rows before":                   {given: under, by: system, when: commands.RecordRows{To: 1}},
		"nor more than there are":           {given: under, by: system, when: commands.RecordRows{To: 4}},
		"rows of what was withdrawn":        {given: append(under, takenBack), by: system, when: commands.RecordRows{To: 2}, then: events(askedTo(2))},
		"nor by a person":                   {given: under, when: commands.RecordRows{To: 2}, fails: domain.Forbidden},
		"a delay":                           {given: under, by: system, when: commands.DelayMassiva(quota), then: events(quota)},
		"no delay by a person":              {given: under, when: commands.DelayMassiva(quota), fails: domain.Forbidden},
		"what stops it":                     {given: under, by: system, when: commands.StopMassiva(halted), then: events(halted)},
		"nothing that stops it by a person": {given: under, when: commands.StopMassiva(halted), fails: domain.Forbidden},
		"that nobody had it go on":          {given: append(under, halted), by: system, at: now.AddDate(0, 0, 30), when: commands.AbandonMassiva{}, then: events(takenBack)},
		"not a moment before":               {given: append(under, halted), by: system, at: now.AddDate(0, 0, 30).Add(-time.Second), when: commands.AbandonMassiva{}},
		"that people are destroyed":         {given: append(under, takenBack), by: system, when: commands.RecordPeopleDestroyed{}, then: events(destroyed)},
		"not while they are wanted":         {given: under, by: system, when: commands.RecordPeopleDestroyed{}},
	})
}

func TestGrantMassive(t *testing.T) {
	grant := commands.GrantMassive(admitting)
	end := commands.EndMassive{Atto: 1, Motivo: "conclusa"}
	wider := admitting
	wider.Tetto = 500
	grantSpecs := map[string]struct {
		given []domain.Event
		by    domain.Actor
		when  commands.Command[domain.Convenzione]
		then  []domain.Event
		fails domain.Code
		field string
	}{
		"by a TOP":                 {by: luisa, when: grant, then: events(admitting)},
		"granted already":          {given: events(admitting), by: luisa, when: grant},
		"more of it":               {given: events(admitting), by: luisa, when: commands.GrantMassive(wider), then: events(wider)},
		"not by an ADMIN":          {by: anna, when: grant, fails: domain.Forbidden},
		"nor by an officer":        {by: carla, when: grant, fails: domain.Forbidden},
		"nor for another act":      {by: luisa, when: commands.GrantMassive{Atto: 2, Tetto: 5, BaseGiuridica: "x"}, fails: domain.NotFound, field: "atto"},
		"nor under one that ended": {given: events(domain.ConvenzioneEnded{}), by: luisa, when: grant, fails: domain.Conflict, field: "atto"},
		"nor without a ceiling":    {by: luisa, when: commands.GrantMassive{Atto: 1, BaseGiuridica: "x"}, fails: domain.Invalid, field: "tetto"},
		"nor with one too high":    {by: luisa, when: commands.GrantMassive{Atto: 1, Tetto: 5001, BaseGiuridica: "x"}, fails: domain.Invalid, field: "tetto"},
		"nor without legal basis":  {by: luisa, when: commands.GrantMassive{Atto: 1, Tetto: 5, BaseGiuridica: " "}, fails: domain.Invalid, field: "base_giuridica"},
		"taken back":               {given: events(admitting), by: luisa, when: end, then: events(domain.MassiveEnded(end))},
		"nothing to take back":     {by: luisa, when: end},
		"not without a reason":     {given: events(admitting), by: luisa, when: commands.EndMassive{Atto: 1}, fails: domain.Invalid, field: "motivo"},
		"not taken by an ADMIN":    {given: events(admitting), by: anna, when: end, fails: domain.Forbidden},
	}
	for name, s := range grantSpecs {
		t.Run(name, func(t *testing.T) {
			around := granted(s.by)
			g := commands.Given[domain.Convenzione]{ID: string(conv), State: around.Parties.Convenzione, Actor: around.Actor, Parties: around.Parties, Meta: around.Meta}
			for _, e := range s.given {
				g.State = g.State.Evolve(e, domain.Meta{})
			}
			decide(t, g, s.when, s.then, s.fails, s.field)
		})
	}
}

// A row is what a request by itself would be, but that beyond the Comune an officer
// confirms each.
func TestARowIsARequestLikeAnyOther(t *testing.T) {
	row := &domain.RigaMassiva{Massiva: massiva, Riga: 1}
	cmd := ask
	cmd.Massiva = row
	beyond := cmd
	beyond.Ambito = "nazionale"
	admitted := func(g *given) { g.Parties.Convenzione = g.Parties.Convenzione.Evolve(admitting, domain.Meta{}) }
	at := func(m domain.Modo) func(*given) {
		return func(g *given) {
			atMost(func(most *domain.Massimo) { most.Nazionale = domain.Modo{Conferma: domain.Immediata} })(g)
			inMode(m)(g)
			admitted(g)
		}
	}
	ofRow := func(r domain.VisuraRequested, conferma domain.Conferma) domain.VisuraRequested {
		r.Massiva, r.Conferma, r.OreSilenzio = row, conferma, 0
		return r
	}
	run(t, map[string]spec{
		"of the Comune":                 {when: cmd, but: admitted, then: events(ofRow(requested, domain.Immediata), immediate, started)},
		"beyond it, at once elsewhere":  {when: beyond, but: at(domain.Modo{Conferma: domain.Immediata}), then: events(ofRow(national, domain.Manuale), sought)},
		"beyond it, by silence":         {when: beyond, but: at(domain.Modo{Conferma: domain.SilenzioAssenso, Ore: 4}), then: events(ofRow(national, domain.Manuale), sought)},
		"where the act admits none":     {when: cmd, fails: domain.Forbidden, field: "massiva"},
		"by itself the act need not":    {when: ask, then: events(requested, immediate, started)},
		"beyond, where it is not given": {when: beyond, but: func(g *given) { admitted(g); g.Parties.Comune.Nazionale = domain.NazionaleEnabled{} }, fails: domain.Forbidden, field: "ambito"},
	})
}
