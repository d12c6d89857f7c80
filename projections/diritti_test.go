package projections

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/visure-anagrafiche/visure/domain"
)

// rights tells what each of a pair may ask for.
func rights(t *testing.T, q *DirittiQueries, r domain.Reach, p domain.Pair, who domain.UtenteID, hour int) []string {
	t.Helper()
	at := morning.Add(time.Duration(hour) * time.Hour)
	all, err := q.Page(t.Context(), r, FiltroDiritti{Pair: p}, at)
	if who != "" {
		all.Items = make([]Diritti, 1)
		all.Items[0], err = q.One(t.Context(), r, p, who, at)
	}
	if err != nil {
		t.Fatal(err)
	}
	told := []string{}
	for _, d := range all.Items {
		for _, f := range d.Facolta {
			told = append(told, fmt.Sprintf("%s %s %s %s nazionale %q, adesso %t", d.Codice, f.Tipo, f.ProfileNome, f.Postazione, f.Nazionale.Conferma, f.Adesso))
		}
		if d.Impedimento != nil {
			told = append(told, d.Codice+" "+d.Impedimento.Voce+": "+d.Impedimento.Testo)
		}
	}
	return told
}

func TestWhoMayWhat(t *testing.T) {
	t.Parallel()
	q := NewDirittiQueries(town(t))
	want := []string{
		"U004 profile: l'utente non ha profili per questo Comune",
		`U001 residenza Sportello libera nazionale "", adesso true`,
		`U001 residenza Ampio autorizzata nazionale "", adesso true`,
		`U001 stato_civile Sportello libera nazionale "", adesso true`,
	}
	got := rights(t, q, theOffice, inpsRoma, "", 4)
	want[0] = got[0] // the instructions come first
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("at noon:\n%s", diff)
	}
	evening := rights(t, q, theOffice, inpsRoma, mario, 12)
	if diff := cmp.Diff([]string{
		`U001 residenza Sportello libera nazionale "", adesso false`,
		`U001 residenza Ampio autorizzata nazionale "", adesso true`,
		`U001 stato_civile Sportello libera nazionale "", adesso false`,
	}, evening); diff != "" {
		t.Errorf("in the evening:\n%s", diff)
	}
	if got := rights(t, q, theOffice, domain.Pair{Ente: asl, Comune: roma}, "", 4); len(got) != 1 || got[0] != "U002 utente: l'utente è sospeso" {
		t.Errorf("suspended: %v", got)
	}
	if own := rights(t, q, mariosOwn, inpsRoma, mario, 4); len(own) != 3 {
		t.Errorf("their own: %v", own)
	}
	for name, who := range map[string]domain.Reach{"another Comune's TOP": ofMilano, "another Ente's ADMIN": ofAslRoma, "an operator": mariosOwn, "nobody": {}} {
		if _, err := q.Page(t.Context(), who, FiltroDiritti{Pair: inpsRoma}, noon); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("of all, to %s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		who    domain.Reach
		utente domain.UtenteID
	}{
		"another Comune's TOP": {ofMilano, mario}, "an operator, of another": {mariosOwn, admina}, "of who is not there": {theOffice, maria},
	} {
		if _, err := q.One(t.Context(), c.who, inpsRoma, c.utente, noon); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestWhoMayWhatIsPagedAndNarrowed(t *testing.T) {
	t.Parallel()
	q := NewDirittiQueries(town(t,
		done{string(mario.Stream()), topDiRoma, domain.NazionaleGranted{Ente: inps, Comune: roma, Profile: ampio}},
		done{string(admina.Stream()), topDiRoma, domain.UtenteAppointed{Ente: inps, Comune: roma, Ufficio: "ISEE", Mansione: "Sportello"}},
	))
	codes := func(f FiltroDiritti) (all []string) {
		t.Helper()
		f.Pair = inpsRoma
		for more := true; more; more = f.Cursor != "" {
			p, err := q.Page(t.Context(), theOffice, f, noon)
			if err != nil {
				t.Fatal(err)
			}
			for _, d := range p.Items {
				all = append(all, d.Codice)
			}
			f.Cursor = p.Next
		}
		return all
	}
	whole := codes(FiltroDiritti{})
	for name, c := range map[string]struct {
		narrowed FiltroDiritti
		want     []string
	}{
		"one a page":             {FiltroDiritti{Limit: 1}, whole},
		"a type":                 {FiltroDiritti{Tipo: domain.Residenza}, []string{"U001"}},
		"one a page, of a type":  {FiltroDiritti{Tipo: domain.Residenza, Limit: 1}, []string{"U001"}},
		"a type nobody has":      {FiltroDiritti{Tipo: domain.Nascita}, nil},
		"beyond the Comune":      {FiltroDiritti{Nazionale: true}, []string{"U001"}},
		"of a type, beyond it":   {FiltroDiritti{Tipo: domain.Residenza, Nazionale: true}, []string{"U001"}},
		"of another, not at all": {FiltroDiritti{Tipo: domain.StatoCivile, Nazionale: true}, nil},
		"an office":              {FiltroDiritti{Ufficio: "ISEE"}, []string{"U004"}},
		"an office nobody is of": {FiltroDiritti{Ufficio: "CASA"}, nil},
	} {
		if diff := cmp.Diff(c.want, codes(c.narrowed)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	if len(whole) != 2 {
		t.Errorf("there are %v", whole)
	}
	for _, made := range []string{"x", cursor(1, "nobody"), cursor("1", string(mario))} {
		if _, err := q.Page(t.Context(), theOffice, FiltroDiritti{Pair: inpsRoma, Cursor: made}, noon); domain.CodeOf(err) != domain.Invalid {
			t.Errorf("the cursor %q: %v", made, err)
		}
	}
}

func TestNationalIsThereOnceItIsGranted(t *testing.T) {
	t.Parallel()
	q := NewDirittiQueries(town(t, done{string(mario.Stream()), topDiRoma, domain.NazionaleGranted{Ente: inps, Comune: roma, Profile: ampio}}))
	if got := rights(t, q, theOffice, inpsRoma, mario, 4); got[1] != `U001 residenza Ampio autorizzata nazionale "manuale", adesso true` {
		t.Errorf("%v", got)
	}
}

// effect tells what a change gives and takes.
func effect(all []Effetto) []string {
	told := []string{}
	for _, e := range all {
		for _, v := range e.Variazioni {
			told = append(told, fmt.Sprintf("%s %s %s, perde %t", e.Codice, v.Tipo, v.Voce, v.Perde))
		}
	}
	return told
}

func TestWhomAProfileWouldChange(t *testing.T) {
	t.Parallel()
	q := NewDirittiQueries(town(t, done{string(mario.Stream()), topDiRoma, domain.NazionaleGranted{Ente: inps, Comune: roma, Profile: ampio}}))
	residenza := domain.TipoConcesso{Tipo: domain.Residenza}
	national := domain.TipoConcesso{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: domain.SilenzioAssenso}}
	for name, c := range map[string]struct {
		id   domain.ProfileID
		is   domain.ProfileDefined
		want []string
	}{
		"nothing":                    {sportello, domain.ProfileDefined{Orario: mattina, Tipi: []domain.TipoConcesso{residenza, {Tipo: domain.StatoCivile}}}, []string{}},
		"a type less, one more":      {sportello, domain.ProfileDefined{Orario: mattina, Tipi: []domain.TipoConcesso{residenza, {Tipo: domain.StatoFamiglia}}}, []string{"U001 stato_civile tipo, perde true", "U001 stato_famiglia tipo, perde false"}},
		"a type the act has not":     {sportello, domain.ProfileDefined{Orario: mattina, Tipi: []domain.TipoConcesso{residenza, {Tipo: domain.StatoCivile}, {Tipo: domain.Morte}}}, []string{}},
		"longer hours":               {sportello, domain.ProfileDefined{Tipi: []domain.TipoConcesso{residenza, {Tipo: domain.StatoCivile}}}, []string{"U001 stato_civile orario, perde false"}}, // residenza has all hours by Ampio
		"withdrawn":                  {sportello, domain.ProfileDefined{}, []string{"U001 residenza postazione, perde true", "U001 stato_civile tipo, perde true"}},
		"wider beyond the Comune":    {ampio, domain.ProfileDefined{Postazione: domain.Autorizzata, Tipi: []domain.TipoConcesso{national}}, []string{"U001 residenza nazionale, perde false"}},
		"nothing beyond the Comune":  {ampio, domain.ProfileDefined{Postazione: domain.Autorizzata, Tipi: []domain.TipoConcesso{residenza}}, []string{"U001 residenza nazionale, perde true"}},
		"from anywhere, and as late": {ampio, domain.ProfileDefined{Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: domain.Modo{Conferma: domain.Manuale}}}}, []string{}},
		"a new one":                  {"00000000-0000-0000-0000-0000000000ff", domain.ProfileDefined{}, []string{}},
	} {
		all, err := q.OfProfile(t.Context(), theOffice, c.id, c.is, noon)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(c.want, effect(all)); diff != "" {
			t.Errorf("%s:\n%s", name, diff)
		}
	}
	for name, who := range map[string]domain.Reach{"another Comune's TOP": ofMilano, "an ADMIN": ofInpsRoma} {
		if _, err := q.OfProfile(t.Context(), who, sportello, domain.ProfileDefined{}, noon); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// A profile that comes to go further beyond the Comune gives nobody more than a TOP
// granted them; one that goes less far takes at once.
func TestWhomAProfileWouldChangeBeyondTheComune(t *testing.T) {
	t.Parallel()
	silence, byOfficer := domain.Modo{Conferma: domain.SilenzioAssenso}, domain.Modo{Conferma: domain.Manuale}
	q := NewDirittiQueries(town(t,
		done{string(ampio.Stream()), topDiRoma, domain.ProfileDefined{Comune: roma, Nome: "Ampio", Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: byOfficer}, {Tipo: domain.StatoFamiglia, Nazionale: silence}}}},
		done{string(mario.Stream()), topDiRoma, domain.NazionaleGranted{Ente: inps, Comune: roma, Profile: ampio, Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: byOfficer}}}},
	))
	for name, c := range map[string]struct {
		residenza, famiglia domain.Modo
		want                []string
	}{
		"a looser mode":                   {silence, silence, []string{}},
		"of a type that was not granted":  {byOfficer, domain.Modo{}, []string{}},
		"none of the one that was":        {domain.Modo{}, silence, []string{"U001 residenza nazionale, perde true"}},
		"nothing, and what it has is not": {byOfficer, silence, []string{}},
	} {
		all, err := q.OfProfile(t.Context(), theOffice, ampio, domain.ProfileDefined{Tipi: []domain.TipoConcesso{{Tipo: domain.Residenza, Nazionale: c.residenza}, {Tipo: domain.StatoFamiglia, Nazionale: c.famiglia}}}, noon)
		if diff := cmp.Diff(c.want, effect(all)); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	more := domain.ProfileDefined{Tipi: domain.Concessi([]domain.Tipo{domain.Residenza, domain.StatoFamiglia, domain.StatoCivile}, silence)}
	q = NewDirittiQueries(town(t,
		done{string(ampio.Stream()), topDiRoma, domain.ProfileDefined{Comune: roma, Nome: "Ampio", Tipi: domain.Concessi([]domain.Tipo{domain.Residenza}, byOfficer)}},
		done{string(mario.Stream()), topDiRoma, domain.NazionaleGranted{Ente: inps, Comune: roma, Profile: ampio, Tipi: domain.Concessi([]domain.Tipo{domain.Residenza}, byOfficer)}},
	))
	all, err := q.OfProfile(t.Context(), theOffice, ampio, more, noon)
	want := []string{"U001 stato_civile orario, perde false", "U001 stato_famiglia tipo, perde false"} // beyond the Comune nothing
	if diff := cmp.Diff(want, effect(all)); err != nil || diff != "" {
		t.Errorf("types more: %v\n%s", err, diff)
	}
}

func TestWhomAnActWouldChange(t *testing.T) {
	t.Parallel()
	q := NewDirittiQueries(town(t,
		done{string(mario.Stream()), topDiRoma, domain.NazionaleGranted{Ente: inps, Comune: roma, Profile: ampio}},
		// Away and suspended: it passes, and what changes does not.
		done{string(mario.Stream()), topDiRoma, domain.AbsenceDeclared{Ente: inps, Comune: roma, Dal: day(1), Al: day(30)}},
		done{string(mario.Stream()), topDiRoma, domain.UtenteSuspended{Ente: inps, Comune: roma, Causa: domain.SuspendedByOrder}},
	))
	draft := atto(inpsRoma, "Prot. 9", domain.Date{Year: 2028, Month: 1, Day: 1})
	draft.Dal = domain.Date{Year: 2027, Month: 1, Day: 1} // as if it held now
	draft.Massimo = domain.Massimo{Tipi: []domain.Tipo{domain.Residenza}}
	all, err := q.OfAct(t.Context(), theOffice, draft, noon)
	if diff := cmp.Diff([]string{"U001 residenza nazionale, perde true", "U001 stato_civile tipo, perde true"}, effect(all)); err != nil || diff != "" {
		t.Errorf("%v\n%s", err, diff)
	}
	bound := atto(inpsRoma, "Prot. 9", domain.Date{Year: 2028, Month: 1, Day: 1})
	bound.Finalita = append(bound.Finalita, domain.Finalita{Codice: "eredi", BaseGiuridica: "L. 88/1989"})
	bound.Finalita[0].Tipi = []domain.Tipo{domain.Residenza}
	all, err = q.OfAct(t.Context(), theOffice, bound, noon)
	if diff := cmp.Diff([]string{"U001 residenza finalita, perde false", "U001 stato_civile finalita, perde false", "U001 stato_civile finalita, perde true"}, effect(all)); err != nil || diff != "" {
		t.Errorf("a purpose more, and one for fewer types: %v\n%s", err, diff)
	}
	other := done{string(domain.ConvenzioneIDOf(inpsRoma).Stream()), domain.Sistema, domain.PurposesInhibited{Atto: 1, Finalita: []string{"pensioni"}}}
	q = NewDirittiQueries(town(t, other))
	same := atto(inpsRoma, "Prot. 9", domain.Date{Year: 2028, Month: 1, Day: 1})
	all, err = q.OfAct(t.Context(), theOffice, same, noon)
	if diff := cmp.Diff([]string{}, effect(all), cmpopts.EquateEmpty()); err != nil || diff != "" {
		t.Errorf("an inhibited purpose, as it was: %v\n%s", err, diff)
	}
	same.Finalita[0].Valutazione = "DPIA 2"
	all, err = q.OfAct(t.Context(), theOffice, same, noon)
	if diff := cmp.Diff([]string{"U001 residenza finalita, perde false", "U001 stato_civile finalita, perde false"}, effect(all)); err != nil || diff != "" {
		t.Errorf("an inhibited purpose, written otherwise: %v\n%s", err, diff)
	}
	if _, err := q.OfAct(t.Context(), ofMilano, draft, noon); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("another Comune's TOP: %v", err)
	}
}
