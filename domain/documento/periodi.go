package documento

import (
	"cmp"
	"slices"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// Periodo is a stretch of residence at one address.
type Periodo struct {
	Residenza scheda.Residenza
	Dal       domain.Date // first day; it may lack its day or month
	Al        domain.Date // last day; none while it lasts, or where it is not known
	Inizio    Confine
	Fine      Confine
}

// Confine is why a period of residence begins or ends where it does.
type Confine string

// The borders of periods.
const (
	PerDecorrenza    Confine = "decorrenza"    // the address has this start
	PerIscrizione    Confine = "iscrizione"    // entered again at an address held before
	PerTrasferimento Confine = "trasferimento" // another address, or the entry in another Comune, follows
	PerCancellazione Confine = "cancellazione" // left the register
	PerDecesso       Confine = "decesso"
	NonNoto          Confine = "non noto"     // it ended before something else, nobody knows when
	ViaAltroComune   Confine = "altro comune" // the same: the entry that follows is from a Comune of which ANPR holds no address
	Incerto          Confine = "incerto"      // another address follows in another Comune, and some between may be missing
	InCorso          Confine = "in corso"     // it lasts
)

// Periodi returns the periods of residence that an answer proves, in the order
// of time. They do not overlap, but that a period may begin on the day the one
// before it ends; none begins after the death, or goes on over it, over the
// cancellation of its card or over an entry that says that the person was away.
// Addresses without a start are left out. It is pure.
func Periodi(s scheda.Scheda) []Periodo {
	r := registro{cards: standing(s.Persone), away: s.Interruzioni, death: death(s.Persone)}
	history := r.addresses(s.Residenze)
	var periodi []Periodo
	for i, address := range history {
		p := Periodo{Residenza: address, Dal: address.Decorrenza, Inizio: PerDecorrenza}
		last := i == len(history)-1
		if !last {
			p.Al, p.Fine = r.until(p, &history[i+1])
			periodi = append(periodi, p)
			continue
		}
		p.Al, p.Fine = r.until(p, nil)
		periodi = append(periodi, p)
		if again, ok := r.again(p); ok {
			periodi = append(periodi, again)
		}
	}
	return periodi
}

// registro is what the cards tell about the borders of periods.
type registro struct {
	cards []scheda.Persona
	away  []domain.Date // days on which nothing was held
	death domain.Date
}

// standing are the cards that tell something: where another is in force, a card
// removed because it should not have been there tells nothing.
func standing(cards []scheda.Persona) []scheda.Persona {
	if _, ok := (registro{cards: cards}).inForce(); !ok {
		return cards
	}
	return slices.DeleteFunc(slices.Clone(cards), func(c scheda.Persona) bool { return c.Cancellazione != nil && c.Cancellazione.Annuls() })
}

// death is the first of the days of death that the cards tell.
func death(cards []scheda.Persona) (first domain.Date) {
	for _, c := range cards {
		if e := c.Decesso; e != nil && !e.Data.IsZero() && (first.IsZero() || e.Data.Compare(first) < 0) {
			first = e.Data
		}
	}
	return first
}

// addresses are those where the person lived, the oldest first, each once. That
// of the card in force is among them, also where the history does not reach it.
func (r registro) addresses(history []scheda.Residenza) []scheda.Residenza {
	history = slices.Clone(history)
	if card, ok := r.inForce(); ok {
		now, known := card.Residenza()
		if known && len(history) > 0 && !slices.ContainsFunc(history, func(h scheda.Residenza) bool { return h.Decorrenza.Compare(now.Decorrenza) >= 0 }) {
			history = append(history, now)
		}
	}
	history = slices.DeleteFunc(history, func(h scheda.Residenza) bool {
		return !h.Lived() || h.Decorrenza.IsZero() || !r.death.IsZero() && later(h.Decorrenza, r.death)
	})
	slices.SortStableFunc(history, func(a, b scheda.Residenza) int { return a.Decorrenza.Compare(b.Decorrenza) })
	return slices.CompactFunc(history, func(a, b scheda.Residenza) bool {
		return a.Decorrenza == b.Decorrenza && a.String() == b.String()
	})
}

// inForce returns the card that was not cancelled.
func (r registro) inForce() (scheda.Persona, bool) {
	i := slices.IndexFunc(r.cards, func(c scheda.Persona) bool { return c.Cancellazione == nil && !c.Deceased() })
	if i < 0 {
		return scheda.Persona{}, false
	}
	return r.cards[i], true
}

// until says when and why a period ends, given the next address, if there is any:
// by what comes first.
func (r registro) until(p Periodo, next *scheda.Residenza) (domain.Date, Confine) {
	bounds := r.bounds(p, next)
	if len(bounds) == 0 {
		if _, ok := r.inForce(); ok {
			return domain.Date{}, InCorso
		}
		return domain.Date{}, NonNoto
	}
	first := slices.MinFunc(bounds, func(a, b bound) int {
		return cmp.Or(a.day.Compare(b.day), cmp.Compare(slices.Index(firm, a.why), slices.Index(firm, b.why)))
	})
	if first.why.unknown() {
		return domain.Date{}, first.why
	}
	if first.day.Complete() && first.day.Compare(p.Dal) < 0 {
		first.day = p.Dal // on its own day the later address corrects the earlier
	}
	return first.day, first.why
}

// bound is a day that a period does not go on over, and why.
type bound struct {
	day domain.Date
	why Confine
}

// firm orders bounds of one day: what is recorded of that day comes before what
// is only concluded.
var firm = []Confine{PerDecesso, PerCancellazione, NonNoto, ViaAltroComune, PerTrasferimento, Incerto}

// unknown says that there is an end, and nobody knows when.
func (c Confine) unknown() bool { return c == NonNoto || c == ViaAltroComune || c == Incerto }

// complete is since when every Comune is in ANPR, so that no address in between is
// missing there.
var complete = domain.DateOf(time.Date(2022, time.January, 18, 0, 0, 0, 0, time.UTC))

// followed says why a period ends before the next address. In another Comune the
// person may have lived at others first that ANPR does not hold, if that was
// before all Comuni were there and no entry is of that day.
func (r registro) followed(p Periodo, next scheda.Residenza) bound {
	entered := func(c scheda.Persona) bool { return entry(c) == next.Decorrenza }
	if p.Residenza.Estero == nil && next.Estero == nil && next.Indirizzo.Comune.Elsewhere(p.Residenza.Indirizzo.Comune) &&
		next.Decorrenza.Compare(complete) < 0 && !slices.ContainsFunc(r.cards, entered) {
		return bound{eve(next.Decorrenza), Incerto}
	}
	return bound{eve(next.Decorrenza), PerTrasferimento}
}

// bounds are the days that a period cannot go on over.
func (r registro) bounds(p Periodo, following *scheda.Residenza) (out []bound) {
	var next domain.Date
	if following != nil {
		next = following.Decorrenza
		out = append(out, r.followed(p, *following))
	}
	within := func(d domain.Date) bool { return d.Compare(p.Dal) >= 0 && (next.IsZero() || d.Compare(next) < 0) }
	if !r.death.IsZero() {
		out = append(out, bound{r.death, PerDecesso})
	}
	if k := r.card(p).Cancellazione; k != nil && within(k.Decorrenza) {
		out = append(out, bound{k.Decorrenza, PerCancellazione})
	}
	for _, d := range r.away {
		if d.Compare(p.Dal) > 0 && within(d) {
			out = append(out, bound{d, NonNoto})
		}
	}
	for _, c := range r.cards {
		e := c.Iscrizione
		if e == nil || e.Data.Compare(p.Dal) <= 0 || !next.IsZero() && e.Data.Compare(next) > 0 {
			continue
		}
		if b, ok := entered(p, *e); ok {
			out = append(out, b)
		}
	}
	return out
}

// entered says how an entry after its start ends a period: whoever was away
// lived nowhere before it, who came from a Comune had left any other before, and
// who is entered in one Comune has left the other.
func entered(p Periodo, e scheda.Iscrizione) (bound, bool) {
	abroad := p.Residenza.Estero != nil
	switch {
	case e.AfterAbsence(), !abroad && e.FromAbroad():
		return bound{eve(e.Data), NonNoto}, true
	case !abroad && e.Provenienza.Elsewhere(p.Residenza.Indirizzo.Comune):
		return bound{eve(e.Data), ViaAltroComune}, true
	case abroad && e.FromAbroad(), !abroad && (e.InAIRE() || e.Comune.Elsewhere(p.Residenza.Indirizzo.Comune)):
		return bound{eve(e.Data), PerTrasferimento}, true
	}
	return bound{}, false
}

// card is the one that a period is of: among those of its register (AIRE for an
// address abroad) the last that was entered by its start, else the first. Of two
// entered on one day it is the one in force.
func (r registro) card(p Periodo) scheda.Persona {
	own := slices.DeleteFunc(slices.Clone(r.cards), func(c scheda.Persona) bool { return c.AIRE() != (p.Residenza.Estero != nil) })
	if len(own) == 0 {
		own = slices.Clone(r.cards)
	}
	if len(own) == 0 {
		return scheda.Persona{}
	}
	slices.SortStableFunc(own, func(a, b scheda.Persona) int {
		switch order := entry(a).Compare(entry(b)); {
		case order != 0 || (a.Cancellazione == nil) == (b.Cancellazione == nil):
			return order
		case a.Cancellazione != nil:
			return -1
		}
		return 1
	})
	best := own[0]
	for _, c := range own[1:] {
		if entry(c).Compare(p.Dal) <= 0 {
			best = c
		}
	}
	return best
}

// entry is when a card was entered; none is the earliest.
func entry(c scheda.Persona) domain.Date {
	if c.Iscrizione == nil {
		return domain.Date{}
	}
	return c.Iscrizione.Data
}

// again is the period after an entry within the last one: the address in force
// has no later start, so that it holds again since then.
func (r registro) again(p Periodo) (Periodo, bool) {
	card, ok := r.inForce()
	if !ok || !slices.Contains([]Confine{NonNoto, ViaAltroComune, PerCancellazione}, p.Fine) || entry(card).Compare(p.Dal) <= 0 {
		return Periodo{}, false
	}
	if now, known := card.Residenza(); !known || now.Indirizzo != p.Residenza.Indirizzo {
		return Periodo{}, false
	}
	return Periodo{Residenza: p.Residenza, Dal: entry(card), Inizio: PerIscrizione, Fine: InCorso}, true
}

// eve is the day before; of a date that is not complete the date itself.
func eve(d domain.Date) domain.Date {
	if !d.Complete() {
		return d
	}
	return domain.DateOf(d.Time().AddDate(0, 0, -1))
}

// later says that a day is certainly after another, by the parts both have.
func later(a, b domain.Date) bool {
	switch {
	case a.Year != b.Year:
		return a.Year > b.Year
	case a.Month == 0 || b.Month == 0 || a.Month == b.Month && (a.Day == 0 || b.Day == 0):
		return false
	}
	return a.Compare(b) > 0
}
