package projections

import (
	"fmt"
	"slices"
	"strings"
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
	for name, c := range map[string]struct {
		who  domain.Reach
		want []string
	}{
		"a TOP":                {theOffice, []string{"058091 Pensioni"}},
		"another Comune's TOP": {ofMilano, []string{"015146 Previdenza"}},
		"an ADMIN":             {ofInpsRoma, []string{"058091 Pensioni"}},
		"an operator":          {mariosOwn, []string{"058091 Pensioni"}},
		"the system":           {everything, []string{"058091 Pensioni", "015146 Previdenza"}},
	} {
		d, err := q.One(t.Context(), c.who, inps)
		if err != nil {
			t.Fatal(err)
		}
		got := each(d.Uffici, func(u domain.UfficioNamed) string { return string(u.Comune) + " " + u.Nome })
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("offices for %s:\n%s", name, diff)
		}
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
	p, err := q.Page(t.Context(), theOffice, noon, FiltroConvenzioni{})
	if err != nil {
		t.Fatal(err)
	}
	if r := p.Items[0]; len(r.Finalita) != 1 || r.Finalita[0].Codice != "pensioni" || len(r.Massimo.Tipi) != 3 || r.Ambito() != domain.Nazionale || r.Massimo.Nazionale.Conferma != domain.SilenzioAssenso {
		t.Errorf("what it admits: %+v", r)
	}
	d, err := q.One(t.Context(), ofInpsRoma, id, noon)
	if err != nil || len(d.Atti) != 1 || d.Atti[0].Estremi != "Prot. 1" || len(d.Annexes) != 1 || d.Atti[0].Contatti.Assistenza != "06 1234" || len(d.Storia) != 5 {
		t.Errorf("%+v, %v", d, err)
	}
	if _, err := q.One(t.Context(), ofMilano, id, noon); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("another's act: %v", err)
	}
}

func TestAnActSaysWhichPurposesMayNotBeNamed(t *testing.T) {
	t.Parallel()
	id := domain.ConvenzioneIDOf(inpsRoma)
	inhibited := done{string(id.Stream()), domain.Sistema, domain.PurposesInhibited{Ricertificazione: theReview, Atto: 1, Finalita: []string{"pensioni"}}}
	readmitted := done{string(id.Stream()), topDiRoma, domain.PurposeReadmitted{Finalita: "pensioni", Motivo: "prosegue"}}
	for name, c := range map[string]struct {
		story []done
		want  []string
		told  string
	}{
		"none":            {nil, []string{}, "Atto n. 1 attivato"},
		"one":             {[]done{inhibited}, []string{"pensioni"}, "Finalità inibite, non confermate alla ricertificazione: pensioni"},
		"one, readmitted": {[]done{inhibited, readmitted}, []string{}, "Finalità riammessa: pensioni, prosegue"},
	} {
		pool, l := town(t, c.story...)
		d, err := NewConvenzioniQueries(pool, l).One(t.Context(), ofInpsRoma, id, noon)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, d.Inibite); diff != "" || len(d.Finalita) != 1 || d.Storia[len(d.Storia)-1].Testo != c.told {
			t.Errorf("%s: %+v\n%s", name, d.Storia, diff)
		}
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
		for i, one := range []Condizione{PostazioneProposta, PostazioneAttiva} {
			want := len(slices.DeleteFunc(slices.Clone(p.Items), func(r RigaPostazione) bool { return r.Condizione != one }))
			if n, err := stations.Counts(t.Context(), c.who, 100, PostazioneProposta, PostazioneAttiva); err != nil || n[i] != want {
				t.Errorf("%s: %v are counted, of %s there are %d: %v", name, n, one, want, err)
			}
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
	for name, c := range map[string]struct {
		who              domain.Reach
		token, suspended string
		storia           int
	}{
		"a TOP":                {theOffice, "[ab12]", "[]", 2},
		"another Comune's TOP": {ofMilano, "[cd34]", "[015146]", 3},
		"the system":           {everything, "[ab12 cd34]", "[015146]", 4},
	} {
		d, err := software.One(t.Context(), c.who, gestionale)
		if err != nil {
			t.Fatal(err)
		}
		tokens := each(d.Tokens, func(t domain.TokenIssued) string { return t.Token })
		if fmt.Sprint(tokens) != c.token || fmt.Sprint(d.Suspended) != c.suspended || len(d.Storia) != c.storia {
			t.Errorf("software for %s: %v, %v, %+v", name, tokens, d.Suspended, d.Storia)
		}
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

func TestTheNoticesOfAComuneAreToldToItsOffice(t *testing.T) {
	t.Parallel()
	notice := func(n int) done {
		return done{string(roma.Stream()), topDiRoma, domain.AvvisoPublished{Numero: n, Testo: "Sabato si chiude.", Al: noon}}
	}
	pool, l := town(t, notice(1), notice(2), done{string(roma.Stream()), topDiRoma, domain.AvvisoWithdrawn{Numero: 1}})
	q := NewComuniQueries(pool, l)
	d, err := q.One(t.Context(), auditorRoma, roma)
	if err != nil || len(d.Office.Avvisi) != 1 || d.Office.Avvisi[0].Numero != 2 || d.Office.Avvisi[0].At.IsZero() {
		t.Fatalf("%+v, %v", d.Office, err)
	}
	facts, err := q.History(t.Context(), theOffice, roma, domain.AvvisoPublished{}.EventType(), domain.AvvisoWithdrawn{}.EventType())
	said := fmt.Sprint(each(facts, func(f Fatto) string { return f.Testo }))
	if want := "[Avviso n. 1 pubblicato, fino al 23/11/2026 alle 13:00: Sabato si chiude. Avviso n. 2 pubblicato, fino al 23/11/2026 alle 13:00: Sabato si chiude. Avviso n. 1 ritirato]"; err != nil || said != want {
		t.Errorf("%s, %v, want %s", said, err, want)
	}
	for name, who := range map[string]domain.Reach{"an operator": mariosOwn, "an ADMIN": ofInpsRoma, "another Comune's TOP": ofMilano} {
		if _, err := q.History(t.Context(), who, roma, domain.AvvisoPublished{}.EventType()); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestTheModelsOfAComuneAreToldToItsOffice(t *testing.T) {
	t.Parallel()
	stemma := domain.StemmaKept{SHA256: "0a1b", Larghezza: 307, Altezza: 384, PNG: []byte("picture")}
	first := domain.ModelloPublished{Versione: 1, Stemma: stemma.SHA256, Descrizione: "Stemma", Piede: []string{"Uno."}}
	second := domain.ModelloPublished{Versione: 2, Intestazione: []string{"Anagrafe"}}
	pool, l := town(t, done{string(roma.Stream()), topDiRoma, stemma}, done{string(roma.Stream()), topDiRoma, first}, done{string(roma.Stream()), topDiRoma, second})
	q := NewComuniQueries(pool, l)
	d, err := q.One(t.Context(), auditorRoma, roma)
	if err != nil || len(d.Office.Modelli) != 2 || d.Office.Modelli[0].At.IsZero() || d.Office.Modelli[1].By != topDiRoma.Utente {
		t.Fatalf("%+v, %v", d.Office, err)
	}
	if diff := cmp.Diff([]domain.ModelloPublished{first, second}, []domain.ModelloPublished{d.Office.Modelli[0].ModelloPublished, d.Office.Modelli[1].ModelloPublished}); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	facts, err := q.History(t.Context(), theOffice, roma, domain.StemmaKept{}.EventType(), domain.ModelloPublished{}.EventType())
	said := fmt.Sprint(each(facts, func(f Fatto) string { return f.Testo }))
	if want := "[Stemma caricato, 307 × 384 punti Modello documento pubblicato, versione 1 Modello documento pubblicato, versione 2]"; err != nil || said != want {
		t.Errorf("%s, %v, want %s", said, err, want)
	}
	if d, err := q.One(t.Context(), mariosOwn, roma); err != nil || d.Office != nil {
		t.Errorf("an operator: %+v, %v", d, err)
	}
	var row string
	if err := pool.QueryRow(t.Context(), `SELECT stato::text FROM comuni WHERE comune = $1`, roma).Scan(&row); err != nil || strings.Contains(row, "cGljdHVyZQ") {
		t.Errorf("the row holds the picture: %v: %s", err, row)
	}
}

func TestTheCalendarsOfAComuneAreToldToItsOffice(t *testing.T) {
	t.Parallel()
	first := domain.CalendarioSet{Versione: 1, OreSilenzio: 6, SantoPatrono: "06-29"}
	second := domain.CalendarioSet{Versione: 2, OreSilenzio: 30, Aperture: []domain.Fascia{{Giorni: []int{1}, Dalle: "08:00", Alle: "14:00"}}}
	pool, l := town(t, done{string(roma.Stream()), topDiRoma, first}, done{string(roma.Stream()), topDiRoma, second})
	q := NewComuniQueries(pool, l)
	d, err := q.One(t.Context(), auditorRoma, roma)
	if err != nil || len(d.Office.Calendari) != 2 || d.Office.Calendari[0].At.IsZero() || d.Office.Calendari[1].By != topDiRoma.Utente || d.OreSilenzio != 30 || d.SantoPatrono != "" {
		t.Fatalf("%+v, %+v, %v", d.ComuneRegistered, d.Office, err)
	}
	if diff := cmp.Diff([]domain.CalendarioSet{first, second}, []domain.CalendarioSet{d.Office.Calendari[0].CalendarioSet, d.Office.Calendari[1].CalendarioSet}); diff != "" {
		t.Errorf("-want +got:\n%s", diff)
	}
	now, revision, err := q.Calendar(t.Context(), theOffice, roma)
	if diff := cmp.Diff(second, now.CalendarioSet); err != nil || diff != "" || revision != d.Revision || now.Since == nil || !now.Since.Equal(d.Office.Calendari[1].At) {
		t.Errorf("in force since %v at revision %d, %v:\n%s", now.Since, revision, err, diff)
	}
	none, _, err := q.Calendar(t.Context(), ofMilano, milano)
	if err != nil || none.Versione != 0 || none.Since != nil || len(none.Aperture) != 1 {
		t.Errorf("of one that has set none: %+v, %v", none, err)
	}
	for name, who := range map[string]domain.Reach{"an operator": mariosOwn, "an ADMIN": ofInpsRoma, "another Comune's TOP": ofMilano} {
		if _, _, err := q.Calendar(t.Context(), who, roma); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
	if d, err := q.One(t.Context(), mariosOwn, roma); err != nil || d.Office != nil || d.OreSilenzio != 30 {
		t.Errorf("an operator: %+v, %v", d, err)
	}
}

func TestAWorkstationIsActiveOnceSomethingProvesIt(t *testing.T) {
	t.Parallel()
	withSecret := domain.PostazioneProposed{Ente: inps, Comune: roma, Nome: "Banco 1"}
	certified := withSecret
	certified.Certificato = "aa"
	approved, enrolled, unproven := domain.PostazioneApproved{Comune: roma}, domain.PostazioneEnrolled{}, domain.PostazioneUnproven{}
	for name, c := range map[string]struct {
		history []domain.Event
		want    Condizione
	}{
		"proposed":                             {[]domain.Event{certified}, PostazioneProposta},
		"approved":                             {[]domain.Event{withSecret, approved}, PostazioneApprovata},
		"with a certificate":                   {[]domain.Event{certified, approved}, PostazioneApprovata},
		"that proves it":                       {[]domain.Event{certified, approved, enrolled}, PostazioneAttiva},
		"or another":                           {[]domain.Event{certified, approved, unproven}, PostazioneSenzaProva},
		"since it was taken":                   {[]domain.Event{certified, approved, enrolled, unproven}, PostazioneSenzaProva},
		"until it was free again":              {[]domain.Event{certified, approved, unproven, enrolled}, PostazioneAttiva},
		"revoked, whatever the certificate is": {[]domain.Event{certified, approved, unproven, domain.PostazioneRevoked{Comune: roma}}, PostazioneRevocata},
	} {
		var s stazione
		for _, e := range c.history {
			s.Postazione = s.Evolve(e, domain.Meta{})
		}
		if at, _ := s.At(roma); s.condition(at) != c.want {
			t.Errorf("%s: %s, want %s", name, s.condition(at), c.want)
		}
	}
}
