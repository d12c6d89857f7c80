package anpr

import (
	"context"
	"fmt"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// storicoCittadinanza is the table 13 code of the history of citizenships; the
// other histories are of residences.
const storicoCittadinanza = 6

// walk follows a history back with operation 3002: each answer tells since
// when it holds, and the day before is asked next. A day on which there was
// nothing is noted, and the walk goes on before it where the cards tell of an
// earlier residence.
func (k *call) walk(ctx context.Context) (scheda.Scheda, error) {
	ok, err := k.cards(ctx, k.q.IDOperazione, k.individual(k.q.Day))
	if err != nil {
		return scheda.Scheda{}, err
	}
	answer := ok.scheda()
	card, one := onePerson(ok.Soggetti)
	if !one {
		return answer, nil
	}
	if slices.ContainsFunc(ok.Soggetti, card.another) {
		return scheda.Scheda{}, anotherPerson()
	}
	born, id := card.Generalita.nascita(), trim(card.IDANPR)
	day := k.before(&answer, ok.Soggetti, k.q.Day, born)
	for step := 1; !day.IsZero(); step++ {
		if step >= k.config.WalkSteps {
			return scheda.Scheda{}, misconfigured(fmt.Errorf("history longer than %d steps", step))
		}
		r := k.individual(day)
		r.nazionale = true // who lives here now may have lived elsewhere then
		if id != "" {
			r.soggetto, r.idANPR = domain.Soggetto{}, id
		}
		ok, err = k.cards(ctx, derived(k.q.IDOperazione, fmt.Sprintf("W%d", step)), r)
		if failure := asFailure(err); failure != nil && absent(failure) {
			answer.Interruzioni = append(answer.Interruzioni, day)
			day = beyond(answer, day, born)
			continue
		}
		if err != nil {
			return scheda.Scheda{}, err
		}
		if slices.ContainsFunc(ok.Soggetti, card.another) {
			return scheda.Scheda{}, anotherPerson()
		}
		day = k.before(&answer, ok.Soggetti, day, born)
	}
	return answer, nil
}

// before collects what held on a day and returns the next day to ask about; no
// date where there is none: the start is not known, or the person not yet born.
func (k *call) before(s *scheda.Scheda, cards []wireSoggetto, day, born domain.Date) domain.Date {
	from := k.collect(s, cards, day)
	if from.IsZero() || from.Compare(born) <= 0 {
		return domain.Date{}
	}
	return eve(from)
}

// beyond returns the last day before a gap on which the person had a residence,
// as the cards cancelled by then and the addresses begun by then tell; no date
// if none does.
func beyond(s scheda.Scheda, gap, born domain.Date) (last domain.Date) {
	consider := func(d domain.Date) {
		if !d.IsZero() && eve(d).Compare(gap) < 0 && eve(d).Compare(born) >= 0 && eve(d).Compare(last) > 0 {
			last = eve(d)
		}
	}
	for _, p := range s.Persone {
		if p.Cancellazione != nil {
			consider(p.Cancellazione.Decorrenza)
		}
	}
	for _, r := range s.Residenze {
		consider(r.Decorrenza)
	}
	return last
}

func eve(d domain.Date) domain.Date { return domain.DateOf(d.Time().AddDate(0, 0, -1)) }

// collect adds to the history what held on a day and is not there yet, and
// returns since when the latest of it held; no date if nothing did or nobody
// knows. What began later is no answer about that day.
func (k *call) collect(s *scheda.Scheda, cards []wireSoggetto, day domain.Date) (from domain.Date) {
	since := func(d domain.Date) bool {
		if d.Compare(day) > 0 {
			return false
		}
		if d.Compare(from) > 0 {
			from = d
		}
		return true
	}
	for i := range cards {
		if k.q.Entry.Certificato == storicoCittadinanza {
			for _, c := range cittadinanze(cards[i].Cittadinanze) {
				if since(c.Dal) && !slices.Contains(s.Cittadinanze, c) {
					s.Cittadinanze = append(s.Cittadinanze, c)
				}
			}
			continue
		}
		for _, r := range residenze(cards[i].Residenze) {
			if r.Lived() && since(r.Decorrenza) && !slices.ContainsFunc(s.Residenze, same(r)) {
				s.Residenze = append(s.Residenze, r)
			}
		}
	}
	return from
}

// same compares residences by what they say.
func same(r scheda.Residenza) func(scheda.Residenza) bool {
	return func(o scheda.Residenza) bool {
		a, b := r.Estero, o.Estero
		r, o := r, o
		r.Estero, o.Estero = nil, nil
		return r == o && (a == nil && b == nil || a != nil && b != nil && *a == *b)
	}
}
