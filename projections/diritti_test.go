package projections

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/visure-anagrafiche/visure/domain"
)

// rights tells what each of a pair may ask for.
func rights(t *testing.T, q *DirittiQueries, r domain.Reach, p domain.Pair, who domain.UtenteID, hour int) []string {
	t.Helper()
	all, err := q.Of(t.Context(), r, p, who, morning.Add(time.Duration(hour)*time.Hour))
	if err != nil {
		t.Fatal(err)
	}
	told := []string{}
	for _, d := range all {
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
	for name, c := range map[string]struct {
		who    domain.Reach
		utente domain.UtenteID
	}{
		"another Comune's TOP": {ofMilano, ""}, "another Ente's ADMIN": {ofAslRoma, ""},
		"an operator, of all": {mariosOwn, ""}, "an operator, of another": {mariosOwn, admina}, "nobody": {domain.Reach{}, ""},
		"of who is not there": {theOffice, maria},
	} {
		if _, err := q.Of(t.Context(), c.who, inpsRoma, c.utente, noon); domain.CodeOf(err) != domain.NotFound {
			t.Errorf("%s: %v", name, err)
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
	if _, err := q.OfAct(t.Context(), ofMilano, draft, noon); domain.CodeOf(err) != domain.NotFound {
		t.Errorf("another Comune's TOP: %v", err)
	}
}
