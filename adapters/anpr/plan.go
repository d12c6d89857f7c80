package anpr

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// individual asks for the person's card on a day.
func (k *call) individual(day domain.Date) request3002 {
	cons := k.q.Entry.Consultazione
	return request3002{
		soggetto: k.q.Soggetto, aire: cons.AIRE, scheda: individuale,
		giorno: day, blocchi: cons.Blocchi, nazionale: k.q.Ambito == domain.Nazionale,
	}
}

// cards asks for a person's card. Of a person with several, who left and came
// back, the registry gives no more than an outline of each: then every card is
// asked for by its number, so that all come whole and in the order received.
func (k *call) cards(ctx context.Context, id string, r request3002) (*wireOK3002, error) {
	ok, err := k.consult(ctx, id, r)
	if err != nil || len(ok.Soggetti) < 2 || len(ok.Soggetti) > maxCards {
		return ok, err
	}
	if _, one := onePerson(ok.Soggetti); !one || slices.ContainsFunc(ok.Soggetti, unnumbered) {
		return ok, nil
	}
	whole := &wireOK3002{Testata: ok.Testata, Anomalie: slices.DeleteFunc(ok.Anomalie, severalPersons)}
	r.soggetto, r.idANPR = domain.Soggetto{}, ""
	for i, outline := range ok.Soggetti {
		r.card = trim(outline.Generalita.SchedaANPR)
		answer, err := k.consult(ctx, derived(id, fmt.Sprintf("C%d", i+1)), r)
		if failure := asFailure(err); failure != nil && absent(failure) {
			whole.Soggetti = append(whole.Soggetti, outline)
			continue
		}
		if err != nil {
			return nil, k.copied(err)
		}
		whole.Soggetti = append(whole.Soggetti, answer.Soggetti...)
		whole.Anomalie = append(whole.Anomalie, answer.Anomalie...)
	}
	return whole, nil
}

// maxCards is how many cards of one person are asked for one by one; of more the
// outlines are the answer.
const maxCards = 6

func unnumbered(w wireSoggetto) bool { return trim(w.Generalita.SchedaANPR) == "" }

// severalPersons recognises the warning that several persons were found, which
// does not hold for several cards of one. Its code is not published.
func severalPersons(e wireErrore) bool {
	switch trim(e.Codice) {
	case "EN043", "EN067", "EN131", "ENT01":
		return true
	}
	return false
}

// person asks for one card.
func (k *call) person(ctx context.Context) (scheda.Scheda, error) {
	ok, err := k.cards(ctx, k.q.IDOperazione, k.individual(k.q.Day))
	if err != nil {
		return scheda.Scheda{}, err
	}
	return ok.scheda(), nil
}

// family asks for a family. It is found by the codice fiscale of a member, or
// by its number, so a member known by name is looked up first; if several
// persons bear the name their cards are the answer.
func (k *call) family(ctx context.Context) (scheda.Scheda, error) {
	r := k.individual(k.q.Day)
	r.scheda, r.blocchi = famiglia, nil
	if r.soggetto.CodiceFiscale == "" {
		member := k.individual(k.q.Day)
		member.blocchi = []int{2, 22}
		ok, err := k.consult(ctx, derived(k.q.IDOperazione, "P"), member)
		if err != nil {
			return scheda.Scheda{}, err
		}
		card, one := onePerson(ok.Soggetti)
		f := card.Famiglia
		switch cf := trim(card.Generalita.CodiceFiscale.CodFiscale); {
		case !one, cf == "" && (f == nil || trim(f.IDANPR) == ""):
			return ok.scheda(), nil
		case cf != "":
			r.soggetto = domain.Soggetto{CodiceFiscale: domain.CodiceFiscale(cf)}
		default:
			r.idFamiglia, r.tipoScheda = trim(f.IDANPR), k.config.TipoScheda[trim(f.TipoScheda)]
		}
	}
	ok, err := k.consult(ctx, k.q.IDOperazione, r)
	if err != nil && k.q.Soggetto.CodiceFiscale == "" { // by the code or number of the card found
		err = k.copied(err)
	}
	if err != nil {
		return scheda.Scheda{}, err
	}
	return ok.scheda(), nil
}

// certified asks operation 6001 for a history. It wants the person's
// particulars, and the document wants the card, so that comes first.
func (k *call) certified(ctx context.Context) (scheda.Scheda, error) {
	ok, err := k.cards(ctx, derived(k.q.IDOperazione, "P"), k.individual(k.q.Day))
	if err != nil {
		return scheda.Scheda{}, err
	}
	answer := ok.scheda()
	card, one := onePerson(ok.Soggetti)
	if !one {
		return answer, nil
	}
	history, err := k.certify(ctx, k.q.IDOperazione, request6001{
		certificato: k.q.Entry.Certificato, persona: &card.Generalita, ufficiale: k.config.Ufficiale,
		richiedente: k.q.Richiedente, riferimento: cmp.Or(k.q.Pratica, k.q.IDOperazione), giorno: k.q.Day,
	}, card.lastDay(k.q.Day))
	if err != nil {
		return scheda.Scheda{}, k.copied(err)
	}
	if history.another(card) {
		return scheda.Scheda{}, anotherPerson()
	}
	return history.history(answer), nil
}

// lastDay returns the day a history may be asked for: the one wanted, but not
// after the person left the register (EN328).
func (w *wireSoggetto) lastDay(wanted domain.Date) domain.Date {
	last := wanted
	if c := w.Cancellazione; c != nil {
		last = earlier(last, date(c.Decorrenza))
	}
	if e := w.Decesso.evento(); e != nil && e.Data.Complete() {
		last = earlier(last, e.Data)
	}
	return last
}

func earlier(a, b domain.Date) domain.Date {
	if b.IsZero() || a.Compare(b) <= 0 {
		return a
	}
	return b
}
