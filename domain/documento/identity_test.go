package documento_test

import (
	"testing"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// As the code says, so must the card be: an equal code does not settle who was
// meant.
func TestACodeIsNotEnough(t *testing.T) {
	t.Parallel()
	changed := func(change func(*scheda.Generalita)) scheda.Scheda {
		return persona(with(luca(), func(s *scheda.Persona) { change(&s.Generalita) }))
	}
	unconfirmed := func(g *scheda.Generalita) { g.CodiceFiscaleValido = false }
	another, discordant := domain.ReasonCodeOfAnother, []string{"codice_fiscale_discorde"}
	verdicts := map[string]verdict{
		"born another day":                         {scheda: changed(func(g *scheda.Generalita) { g.Nascita = data("1978-03-15") }), refusal: another},
		"born another year":                        {scheda: changed(func(g *scheda.Generalita) { g.Nascita = data("1987") }), refusal: another},
		"of the other sex, as a twin is":           {scheda: changed(func(g *scheda.Generalita) { g.Nome, g.Sesso = "LUCIA", "F" }), refusal: another},
		"of another surname, confirmed":            {scheda: changed(func(g *scheda.Generalita) { g.Cognome = "CONTI" }), warnings: discordant},
		"of another name, confirmed":               {scheda: changed(func(g *scheda.Generalita) { g.Nome = "MARCO" }), warnings: discordant},
		"of another surname and another name":      {scheda: changed(func(g *scheda.Generalita) { g.Cognome, g.Nome = "CONTI", "MARCO" }), refusal: another},
		"of another surname, not confirmed":        {scheda: changed(func(g *scheda.Generalita) { g.Cognome = "CONTI"; unconfirmed(g) }), refusal: another},
		"of another name, not confirmed":           {scheda: changed(func(g *scheda.Generalita) { g.Nome = "MARCO"; unconfirmed(g) }), refusal: another},
		"with a second name":                       {scheda: changed(func(g *scheda.Generalita) { g.Nome = "LUCA MARIA" })},
		"of whom the sex is not indicated":         {scheda: changed(func(g *scheda.Generalita) { g.Sesso = "N" })},
		"of whom only the year of birth is known":  {scheda: changed(func(g *scheda.Generalita) { g.Nascita = data("1978") })},
		"two people under the code":                {scheda: persona(luca(), twin(luca())), refusal: domain.ReasonSeveralSubjects},
		"two people under the code, one cancelled": {scheda: persona(luca(), twin(cancellato("6"))), refusal: domain.ReasonSeveralSubjects},
		"two people under the code, the other sex": {scheda: persona(luca(), with(twin(luca()), func(s *scheda.Persona) { s.Generalita.Nome, s.Generalita.Sesso = "LUCA", "F" })), refusal: domain.ReasonSeveralSubjects},
		"one who changed surname in the meantime":  {scheda: persona(luca(), with(twin(cancellato("6")), func(s *scheda.Persona) { s.Generalita.Nome, s.Generalita.Cognome = "LUCA", "CONTI" }))},
	}
	for name, v := range verdicts {
		v.tipo = domain.Residenza
		judge(t, map[string]verdict{name: v})
	}
}

// twin is somebody else under a person's code: born with them, of another name.
func twin(s scheda.Persona) scheda.Persona {
	s.IDANPR, s.Generalita.Nome = "VR99999MA", "MARCO"
	return s
}

func TestTwoMembersUnderOneCodeAreNotTold(t *testing.T) {
	t.Parallel()
	judge(t, map[string]verdict{"twins under one code": {tipo: domain.StatoFamiglia, scheda: famiglia(luca(), twin(luca())), refusal: domain.ReasonSeveralSubjects}})
}

// Asked about by names, sex and birth, the person is settled, whatever the code
// on the card says.
func TestNamesSexAndBirthSettleWhoIsMeant(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		change   func(*scheda.Generalita)
		asked    string // birth
		refusal  string
		warnings []string
	}{
		"the code of somebody else":   {func(g *scheda.Generalita) { g.CodiceFiscale = "RSSMRA85T10A562S" }, "1978-03-14", "", []string{"codice_fiscale_discorde"}},
		"a provisional code":          {func(g *scheda.Generalita) { g.CodiceFiscale = "00412345670" }, "1978-03-14", "", nil},
		"no code":                     {func(g *scheda.Generalita) { g.CodiceFiscale = "" }, "1978-03-14", "", nil},
		"a day that is not known":     {func(g *scheda.Generalita) { g.Nascita = data("1978-03") }, "1978-03-14", "", []string{"data_nascita_incompleta"}},
		"the year alone":              {func(g *scheda.Generalita) { g.Nascita = data("1978") }, "1978", "", nil},
		"the year alone, of a month":  {func(g *scheda.Generalita) { g.Nascita = data("1978-03") }, "1978", domain.ReasonMismatch, nil},
		"another year alone":          {func(g *scheda.Generalita) { g.Nascita = data("1979") }, "1978", domain.ReasonMismatch, nil},
		"a name written out":          {func(g *scheda.Generalita) { g.Cognome = "VÉRDEMÄRE" }, "1978-03-14", "", nil},
		"no name where one was given": {func(g *scheda.Generalita) { g.Nome = "" }, "1978-03-14", domain.ReasonMismatch, nil},
	} {
		p := luca()
		c.change(&p.Generalita)
		k := caso(domain.Nascita, persona(p))
		k.Visura.Request.Soggetto = domain.Soggetto{Cognome: "VERDEMARE", Nome: "LUCA", Sesso: "M", DataNascita: data(c.asked)}
		_, warnings, refusal := documento.Compose(k)
		got := ""
		if refusal != nil {
			got = refusal.Code
		}
		var codes []string
		for _, w := range warnings {
			codes = append(codes, w.Code)
		}
		if got != c.refusal || len(codes) != len(c.warnings) || len(codes) > 0 && codes[0] != c.warnings[0] {
			t.Errorf("%s: refusal %q, warnings %q; want %q, %q", name, got, codes, c.refusal, c.warnings)
		}
	}
}

// On several cards of one person the code may be that of any.
func TestAFormerCardIsOfThePersonToo(t *testing.T) {
	t.Parallel()
	old := with(cancellato("6"), func(s *scheda.Persona) { s.Generalita.CodiceFiscale = "RSSMRA85T10A562S" })
	for _, answer := range []scheda.Scheda{persona(old, luca()), persona(luca(), old)} {
		if _, _, refusal := documento.Compose(caso(domain.Residenza, answer)); refusal != nil {
			t.Errorf("refused: %s", refusal.Code)
		}
	}
}
