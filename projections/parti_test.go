package projections

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

// each tells of items what a test wants to know.
func each[T any](items []T, tell func(T) string) []string {
	all := []string{}
	for _, i := range items {
		all = append(all, tell(i))
	}
	return all
}

func TestOfABodyEachSeesTheirOwnComuni(t *testing.T) {
	t.Parallel()
	solo := domain.EnteID("00000000-0000-0000-0000-0000000000e9")
	pool, l := town(t, done{string(solo.Stream()), topDiRoma, domain.EnteRegistered{Denominazione: "Solo", CodiceFiscale: "12345678903", CodiceIPA: "solo"}})
	q := NewEntiQueries(pool, l)
	for name, c := range map[string]struct {
		who  domain.Reach
		want []string
	}{
		"the system":            {everything, []string{"ASL Roma 1 []", "INPS [015146 058091]", "Solo []"}},
		"a TOP":                 {theOffice, []string{"INPS [058091]", "Solo []"}}, // which Roma entered
		"another Comune's TOP":  {ofMilano, []string{"INPS [015146]"}},
		"an ADMIN their own":    {ofInpsRoma, []string{"INPS [058091]"}},
		"an operator their own": {mariosOwn, []string{"INPS [058091]"}},
		"nobody":                {domain.Reach{}, []string{}},
	} {
		p, err := q.Page(t.Context(), c.who, FiltroEnti{})
		if err != nil {
			t.Fatal(err)
		}
		got := each(p.Items, func(r RigaEnte) string { return r.Denominazione + " " + fmt.Sprint(r.Comuni) })
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	if _, err := q.One(t.Context(), ofMilano, solo); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("another's body: %v", err)
	}
	if d, err := q.One(t.Context(), theOffice, inps); err != nil || len(d.Uffici) != 1 || d.Amendable || len(d.Storia) != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	for codice, want := range map[string]int{"12345678903": 1, "SOLO": 1, "1234567890": 0, "": 0} {
		if found, err := q.Find(t.Context(), ofMilano, codice); err != nil || len(found) != want {
			t.Errorf("by %q: %+v, %v", codice, found, err)
		}
	}
	if found, err := q.Find(t.Context(), ofInpsRoma, "solo"); err != nil || len(found) > 0 {
		t.Errorf("an ADMIN finds %+v, %v", found, err)
	}
	if p, err := q.Page(t.Context(), everything, FiltroEnti{Testo: "roma"}); err != nil || len(p.Items) != 1 {
		t.Errorf("by name: %+v, %v", p, err)
	}
}

func TestAnActStandsAsItDoesOnTheDay(t *testing.T) {
	t.Parallel()
	id := domain.ConvenzioneIDOf(inpsRoma)
	stream := string(id.Stream())
	pool, l := town(t,
		done{stream, topDiRoma, domain.ExpiryAnnounced{Giorni: 60}},
		done{stream, topDiRoma, domain.AnnexAttached{ID: "a", Nome: "Atto firmato", SHA256: "ab", Size: 3}},
		done{stream, topDiRoma, domain.ConvenzioneSuspended{Motivo: "verifica"}},
	)
	q := NewConvenzioniQueries(pool, l)
	states := func(r domain.Reach, days int, f FiltroConvenzioni) []string {
		p, err := q.Page(t.Context(), r, noon.AddDate(0, 0, days), f)
		if err != nil {
			t.Fatal(err)
		}
		return each(p.Items, func(r RigaConvenzione) string { return r.ComuneNome + ": " + string(r.Stato) })
	}
	for name, c := range map[string]struct {
		who    domain.Reach
		days   int
		filter FiltroConvenzioni
		want   []string
	}{
		"a TOP":                {theOffice, 0, FiltroConvenzioni{}, []string{"Roma: sospesa"}},
		"another Comune's TOP": {ofMilano, 0, FiltroConvenzioni{}, []string{"Milano: attiva"}},
		"an ADMIN":             {ofInpsRoma, 0, FiltroConvenzioni{}, []string{"Roma: sospesa"}},
		"another Ente's ADMIN": {ofAslRoma, 0, FiltroConvenzioni{}, []string{}},
		"after its end":        {theOffice, 60, FiltroConvenzioni{}, []string{"Roma: scaduta"}},
		"by state":             {everything, 0, FiltroConvenzioni{Stato: domain.ConvenzioneAttiva}, []string{"Milano: attiva"}},
		"ending soon":          {everything, 380, FiltroConvenzioni{Scadenza: 30}, []string{"Milano: attiva"}},
		"not ending soon":      {everything, 0, FiltroConvenzioni{Scadenza: 30}, []string{}},
	} {
		if diff := cmp.Diff(c.want, states(c.who, c.days, c.filter)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	d, err := q.One(t.Context(), ofInpsRoma, id, noon)
	if err != nil || len(d.Atti) != 1 || d.Atti[0].Estremi != "Prot. 1" || len(d.Annexes) != 1 || d.Atti[0].Contatti.Assistenza != "06 1234" || len(d.Storia) != 5 {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := q.One(t.Context(), ofMilano, id, noon); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("another's act: %v", err)
	}
}

func TestTheEndOfAnActIsDueUntilItIsAnnounced(t *testing.T) {
	t.Parallel()
	id, lastDay := domain.ConvenzioneIDOf(inpsRoma), domain.Date{Year: 2026, Month: 12, Day: 31}
	for name, c := range map[string]struct {
		more []done
		at   domain.Date
		want int
	}{
		"too early":               {nil, domain.Date{Year: 2026, Month: 10, Day: 31}, 0},
		"sixty days before":       {nil, domain.Date{Year: 2026, Month: 11, Day: 1}, 1},
		"announced":               {[]done{{string(id.Stream()), domain.Sistema, domain.ExpiryAnnounced{Giorni: 60, Al: lastDay}}}, domain.Date{Year: 2026, Month: 11, Day: 30}, 0},
		"thirty days before":      {[]done{{string(id.Stream()), domain.Sistema, domain.ExpiryAnnounced{Giorni: 60, Al: lastDay}}}, domain.Date{Year: 2026, Month: 12, Day: 1}, 1},
		"the last is announced":   {[]done{{string(id.Stream()), domain.Sistema, domain.ExpiryAnnounced{Giorni: 7, Al: lastDay}}}, domain.Date{Year: 2026, Month: 12, Day: 30}, 0},
		"an act that was ended":   {[]done{{string(id.Stream()), topDiRoma, domain.ConvenzioneEnded{Motivo: "fine"}}}, domain.Date{Year: 2026, Month: 12, Day: 1}, 0},
		"an act that was renewed": {[]done{{string(id.Stream()), topDiRoma, atto(inpsRoma, "Prot. 3", domain.Date{Year: 2027, Month: 12, Day: 31})}, {string(id.Stream()), topDiRoma, domain.ConvenzioneActivated{Numero: 2, Al: domain.Date{Year: 2027, Month: 12, Day: 31}}}}, domain.Date{Year: 2026, Month: 12, Day: 1}, 0},
	} {
		pool, _ := town(t, c.more...)
		due, err := NewScadenzeQueries(pool).ClaimDue(t.Context(), c.at.Time(), 10, time.Minute)
		due = slices.DeleteFunc(due, func(stream string) bool { return stream != string(id.Stream()) })
		if err != nil || len(due) != c.want {
			t.Errorf("%s: %v, %v", name, due, err)
		}
	}
}

func TestProfilesAreTheComunes(t *testing.T) {
	t.Parallel()
	q := NewProfiliQueries(town(t))
	for name, c := range map[string]struct {
		who  domain.Reach
		want []string
	}{
		"a TOP":                {theOffice, []string{"Ampio 1", "Sportello 1"}},
		"another Comune's TOP": {ofMilano, []string{"Ambrosiano 1"}},
		"an ADMIN":             {ofInpsRoma, []string{"Ampio 1", "Sportello 1"}},
		"another Ente's ADMIN": {ofAslRoma, []string{"Ampio 0", "Sportello 0"}}, // of its own people
		"nobody":               {domain.Reach{}, []string{}},
	} {
		p, err := q.Page(t.Context(), c.who, FiltroProfili{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, each(p.Items, func(r RigaProfilo) string { return r.Nome + " " + fmt.Sprint(r.Persone) })); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	if _, err := q.One(t.Context(), ofMilano, sportello); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("another's profile: %v", err)
	}
	if d, err := q.One(t.Context(), theOffice, sportello); err != nil || len(d.Tipi) != 2 || len(d.Storia) != 1 {
		t.Errorf("%+v, %v", d, err)
	}
}

func TestWorkstationsAndSoftwareAreShownByComune(t *testing.T) {
	t.Parallel()
	pool, l := town(t)
	stations, software := NewPostazioniQueries(pool, l), NewApplicativiQueries(pool, l)
	for name, c := range map[string]struct {
		who      domain.Reach
		stations []string
		software []string
	}{
		"the system":           {everything, []string{"Milano proposta", "Roma attiva"}, []string{"Gestionale [058091 015146]"}},
		"a TOP":                {theOffice, []string{"Roma attiva"}, []string{"Gestionale [058091]"}},
		"another Comune's TOP": {ofMilano, []string{"Milano proposta"}, []string{"Gestionale [015146]"}},
		"an ADMIN":             {ofInpsRoma, []string{"Roma attiva"}, []string{"Gestionale [058091]"}},
		"another Ente's ADMIN": {ofAslRoma, []string{}, []string{}},
		"an operator":          {mariosOwn, []string{"Roma attiva"}, []string{}},
	} {
		p, err := stations.Page(t.Context(), c.who, FiltroPostazioni{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.stations, each(p.Items, func(r RigaPostazione) string { return r.ComuneNome + " " + string(r.Condizione) })); diff != "" {
			t.Errorf("%s, workstations:\n%s", name, diff)
		}
		s, err := software.Page(t.Context(), c.who, FiltroApplicativi{})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.software, each(s.Items, func(r RigaApplicativo) string { return r.Nome + " " + fmt.Sprint(r.Comuni) })); diff != "" {
			t.Errorf("%s, software:\n%s", name, diff)
		}
	}
	if d, err := stations.One(t.Context(), ofMilano, banco); err != nil || len(d.Comuni) != 1 || len(d.Storia) != 1 {
		t.Errorf("%+v, %v", d, err)
	}
	if d, err := software.One(t.Context(), theOffice, gestionale); err != nil || len(d.Tokens) != 1 || d.Tokens[0].Token != "ab12" {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := software.One(t.Context(), ofAslRoma, gestionale); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("another's software: %v", err)
	}
}

func TestAComuneIsToldByWhoAsks(t *testing.T) {
	t.Parallel()
	q := NewComuniQueries(town(t))
	d, err := q.One(t.Context(), theOffice, roma)
	if err != nil || d.Office == nil || len(d.Office.Collegamenti) != 1 || d.Office.Collegamenti[0].Operatore != "MRTMTT91D08F205J" || len(d.Office.Tops) != 1 {
		t.Fatalf("a TOP: %+v, %v", d, err)
	}
	if d, err = q.One(t.Context(), auditorRoma, roma); err != nil || d.Office == nil || d.Office.Collegamenti[0].Operatore != "" {
		t.Errorf("an auditor: %+v, %v", d, err)
	}
	if d, err = q.One(t.Context(), mariosOwn, roma); err != nil || d.Office != nil || d.Istruzioni.Testo != "Istruzioni di Roma" || d.Nazionale == nil {
		t.Errorf("an operator: %+v, %v", d, err)
	}
	if _, err = q.One(t.Context(), ofMilano, roma); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("another Comune's TOP: %v", err)
	}
	if all, err := q.All(t.Context(), ofMilano); err != nil || len(all) != 1 || all[0].Istruzioni.Testo != domain.StandardInstructions {
		t.Errorf("all: %+v, %v", all, err)
	}
}
