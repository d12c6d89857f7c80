package documento

import (
	"cmp"
	"slices"
	"strconv"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// vincolo is a marriage or a civil union with its own ending, as far as a card
// tells.
type vincolo struct {
	civile      bool               // a civil union
	unione      *scheda.Unione     // nil when only the ending is held
	morte       *scheda.Evento     // the spouse's death
	cessazione  *scheda.Cessazione // any other end; of a union also the death
	separazione *scheda.Cessazione // which ends nothing
	from        domain.Date        // when it began; when it ended if only that is held
}

// unioniOf reads the marriages and the civil unions of a card as one history, the
// earlier first. A card holds one of each at most, and besides a death and another
// ending, which may be of marriages that it does not hold.
func unioniOf(p scheda.Persona) []vincolo {
	list := marriages(p)
	u := vincolo{civile: true, unione: ifKnown(p.UnioneCivile)}
	if p.Scioglimento.Known() != scheda.KnownNothing {
		u.cessazione = p.Scioglimento
	}
	if u.unione != nil || u.cessazione != nil {
		u.from = cmp.Or(u.begun(), u.over())
		list = append(list, u)
	}
	slices.SortStableFunc(list, func(a, b vincolo) int { return a.from.Compare(b.from) })
	return list
}

// marriages are the endings of marriages that the card does not hold, then the
// marriage it holds with its own.
func marriages(p scheda.Persona) (list []vincolo) {
	held := vincolo{unione: ifKnown(p.Matrimonio)}
	if v := p.Vedovanza; v.Known() != scheda.KnownNothing {
		if held.endsWith(p.OrdineVedovanza, v.Data) {
			held.morte = v
		} else {
			list = append(list, vincolo{morte: v, from: v.Data})
		}
	}
	if c := p.Cessazione; c.Known() != scheda.KnownNothing {
		switch own := held.endsWith("", c.When()); {
		case own && c.Separation():
			held.separazione = c
		case own:
			held.cessazione = c
		case c.Separation():
			list = append(list, vincolo{separazione: c, from: c.When()})
		default:
			list = append(list, vincolo{cessazione: c, from: c.When()})
		}
	}
	if held.unione == nil {
		return list
	}
	held.from = held.begun()
	for _, former := range list { // the one held follows them, also where its day is not known
		if held.from.IsZero() || held.from.Compare(former.from) < 0 {
			held.from = former.from
		}
	}
	return append(list, held)
}

// ifKnown returns the bond unless nothing is known of it.
func ifKnown(u *scheda.Unione) *scheda.Unione {
	if u.Known() == scheda.KnownNothing {
		return nil
	}
	return u
}

// endsWith says whether an ending is of this marriage: the order said with it is
// the marriage's; where none is said, it does not precede the wedding.
func (v vincolo) endsWith(ordine string, when domain.Date) bool {
	if v.unione == nil {
		return false
	}
	a, errA := strconv.Atoi(ordine)
	b, errB := strconv.Atoi(v.unione.Ordine)
	if errA == nil && errB == nil {
		return a == b
	}
	return !surelyBefore(when, v.begun())
}

// begun is when it began, over when it ended; zero when not known.
func (v vincolo) begun() domain.Date {
	if v.unione == nil || v.unione.Evento == nil {
		return domain.Date{}
	}
	return v.unione.Evento.Data
}

func (v vincolo) over() domain.Date {
	var ends []domain.Date
	if v.morte != nil {
		ends = append(ends, v.morte.Data)
	}
	if v.cessazione != nil {
		ends = append(ends, v.cessazione.When())
	}
	if len(ends) == 0 {
		return domain.Date{}
	}
	return slices.MinFunc(ends, domain.Date.Compare)
}

// ended says whether it had ended by a day. An ending without a date has.
func (v vincolo) ended(day domain.Date) bool {
	return v.morte != nil && !surelyBefore(day, v.morte.Data) || v.cessazione != nil && !surelyBefore(day, v.cessazione.When())
}

// byDeath says whether the death ended it: nothing else had before.
func (v vincolo) byDeath() bool {
	if v.morte == nil {
		return v.cessazione != nil && v.cessazione.ByDeath()
	}
	return v.cessazione == nil || surelyBefore(v.morte.Data, v.cessazione.When())
}

// surelyBefore says whether a day is before another whatever the parts are that
// they lack.
func surelyBefore(a, b domain.Date) bool {
	for _, part := range [][2]int{{a.Year, b.Year}, {a.Month, b.Month}, {a.Day, b.Day}} {
		switch {
		case part[0] == 0 || part[1] == 0:
			return false
		case part[0] != part[1]:
			return part[0] < part[1]
		}
	}
	return false
}
