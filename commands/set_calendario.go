package commands

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/visure-anagrafiche/visure/domain"
)

// SetCalendario records when a Comune's office is open, after how many of its hours silence
// confirms a request that says no other term, and after how many days one that nothing else
// ends expires. Terms that run already stay as they were told.
type SetCalendario struct {
	Precedente   int               `json:"precedente" doc:"Versione che si è letta e che questa sostituisce; 0: nessuna è stata indicata"`
	OreSilenzio  int               `json:"ore_silenzio" minimum:"1" maximum:"1000" doc:"Dopo quante ore d'ufficio il silenzio vale assenso, dove non è detto altro"`
	GiorniAttesa int               `json:"giorni_attesa,omitempty" minimum:"1" maximum:"365" doc:"Dopo quanti giorni di calendario una richiesta su cui nessuno decide, o alla cui domanda nessuno risponde, scade; assente: 30"`
	Aperture     []domain.Fascia   `json:"aperture,omitempty" doc:"Aperture della settimana, al più 21, separate l'una dall'altra nello stesso giorno; assenti: l'ufficio non apre mai e il silenzio non vale mai assenso"`
	SantoPatrono string            `json:"santo_patrono,omitempty" example:"09-29" doc:"Giorno del santo patrono, MM-GG: l'ufficio è chiuso"`
	Chiusure     []domain.Chiusura `json:"chiusure,omitempty" doc:"Chiusure oltre alle festività nazionali, al più 60"`
}

const (
	// maxOreSilenzio is after how many office hours silence may confirm at most.
	maxOreSilenzio = 1000
	// maxGiorniAttesa is how many days a request may wait at most.
	maxGiorniAttesa = 365
	// maxAperture is how many openings a week may have, and maxChiusure how many times
	// an office may be shut.
	maxAperture, maxChiusure = 21, 60
	// maxShut is for how many days an office may be shut at once, and maxMotivo how many
	// characters may say why.
	maxShut, maxMotivo = 366, 200
)

// Decide numbers the version; one by which no term differs, and that says the same of
// closures, is none. Who asks for national visure does not have their own confirmed sooner.
func (c SetCalendario) Decide(g Given[domain.Comune]) ([]domain.Event, error) {
	if err := own(g); err != nil {
		return nil, err
	}
	if err := c.check(); err != nil {
		return nil, err
	}
	was := g.State.Calendario()
	next := c.After(was)
	silence := func(e domain.CalendarioSet) domain.Modo {
		return domain.Modo{Conferma: domain.SilenzioAssenso, Ore: e.OreSilenzio}
	}
	sooner := silence(next).Wider(silence(was), 0) || next.Calendar().Wider(was.Calendar(), domain.ItalianDay(g.Meta.At))
	switch {
	case next.Same(was):
		return nil, nil
	case c.Precedente != was.Versione && was.Versione == 0:
		return nil, domain.FieldErrorf(domain.Conflict, "precedente", "il Comune non ha ancora indicato un calendario")
	case c.Precedente != was.Versione:
		return nil, domain.FieldErrorf(domain.Conflict, "precedente", "nel frattempo è stata indicata la versione %d: rileggerla prima di sostituirla", was.Versione)
	case sooner && slices.ContainsFunc(g.Actor.Assignments, func(a domain.Assignment) bool { return a.Nazionale && string(a.Comune) == g.ID }):
		return nil, errOwnRights
	}
	return []domain.Event{next}, nil
}

// After is the version that follows another, whatever the order in which things are
// given.
func (c SetCalendario) After(was domain.CalendarioSet) domain.CalendarioSet {
	next := domain.CalendarioSet{Versione: was.Versione + 1, OreSilenzio: c.OreSilenzio, GiorniAttesa: c.GiorniAttesa, SantoPatrono: c.SantoPatrono}
	for _, f := range c.Aperture {
		f.Giorni = slices.Compact(slices.Sorted(slices.Values(f.Giorni)))
		next.Aperture = append(next.Aperture, f)
	}
	slices.SortFunc(next.Aperture, func(a, b domain.Fascia) int {
		return cmp.Or(slices.Compare(a.Giorni, b.Giorni), cmp.Compare(a.Dalle, b.Dalle))
	})
	for _, shut := range c.Chiusure {
		shut.Motivo = strings.TrimSpace(shut.Motivo)
		next.Chiusure = append(next.Chiusure, shut)
	}
	slices.SortFunc(next.Chiusure, func(a, b domain.Chiusura) int {
		return cmp.Or(a.Dal.Compare(b.Dal), a.Al.Compare(b.Al), cmp.Compare(a.Motivo, b.Motivo))
	})
	return next
}

// check refuses what is no calendar, and names what of it is not.
func (c SetCalendario) check() error {
	if c.OreSilenzio < 1 || c.OreSilenzio > maxOreSilenzio {
		return domain.FieldErrorf(domain.Invalid, "ore_silenzio", "le ore d'ufficio del silenzio sono da 1 a %d", maxOreSilenzio)
	}
	if c.GiorniAttesa < 0 || c.GiorniAttesa > maxGiorniAttesa {
		return domain.FieldErrorf(domain.Invalid, "giorni_attesa", "i giorni di attesa sono da 1 a %d", maxGiorniAttesa)
	}
	if _, err := time.Parse("2006-01-02", "2024-"+c.SantoPatrono); c.SantoPatrono != "" && err != nil {
		return domain.FieldErrorf(domain.Invalid, "santo_patrono", "il giorno del santo patrono si indica con mese e giorno, MM-GG, ed esiste sul calendario")
	}
	if err := c.openings(); err != nil {
		return err
	}
	if len(c.Chiusure) > maxChiusure {
		return domain.FieldErrorf(domain.Invalid, "chiusure", "le chiusure sono al più %d: si tolgono quelle passate", maxChiusure)
	}
	for i, shut := range c.Chiusure {
		if wrong := wrongWith(shut); wrong != "" {
			return domain.FieldErrorf(domain.Invalid, "chiusure", "la chiusura %d %s", i+1, wrong)
		}
	}
	return nil
}

// openings refuses a week with an opening that is none, or two at the same time.
func (c SetCalendario) openings() error {
	if len(c.Aperture) > maxAperture {
		return domain.FieldErrorf(domain.Invalid, "aperture", "le aperture sono al più %d", maxAperture)
	}
	for i, f := range c.Aperture {
		switch err := (domain.Orario{f}).Check("aperture"); {
		case len(f.Giorni) == 0:
			return domain.FieldErrorf(domain.Invalid, "aperture", "l'apertura %d è di nessun giorno", i+1)
		case err != nil && len(f.Dalle) == len(f.Alle) && f.Dalle >= f.Alle && f.Alle != "":
			return domain.FieldErrorf(domain.Invalid, "aperture", "l'apertura %d chiude alle %s, prima di aprire alle %s", i+1, f.Alle, f.Dalle)
		case err != nil:
			return domain.FieldErrorf(domain.Invalid, "aperture", "l'apertura %d vuole giorni da 1 a 7 e due ore HH:MM", i+1)
		}
	}
	for day, openings := range c.After(domain.CalendarioSet{}).Calendar().Hours {
		for i := 1; i < len(openings); i++ {
			if a, b := openings[i-1], openings[i]; b.From < a.To {
				return domain.FieldErrorf(domain.Invalid, "aperture", "%s le aperture %s e %s si sovrappongono", weekdays[day], clocks(a), clocks(b))
			}
		}
	}
	return nil
}

// weekdays are the days of a week in words, by time.Weekday.
var weekdays = [7]string{"di domenica", "di lunedì", "di martedì", "di mercoledì", "di giovedì", "di venerdì", "di sabato"}

// clocks writes from when to when an opening lasts.
func clocks(o domain.Opening) string {
	clock := func(d time.Duration) string { return fmt.Sprintf("%02d:%02d", int(d.Hours()), int(d.Minutes())%60) }
	return clock(o.From) + "–" + clock(o.To)
}

// wrongWith says what is wrong with a time for which an office is shut; nothing if
// nothing is.
func wrongWith(c domain.Chiusura) string {
	motivo := strings.TrimSpace(c.Motivo)
	switch {
	case !c.Dal.Complete() || !c.Al.Complete():
		return "vuole il primo e l'ultimo giorno"
	case c.Al.Compare(c.Dal) < 0:
		return "finisce il " + c.Al.Italian() + ", prima di cominciare il " + c.Dal.Italian()
	case c.Dal.DaysUntil(c.Al) >= maxShut:
		return fmt.Sprintf("dura più di %d giorni", maxShut)
	case motivo == "" || utf8.RuneCountInString(motivo) > maxMotivo || !printable(motivo) || strings.ContainsAny(motivo, "\n\r\t"):
		return fmt.Sprintf("vuole un motivo, su una riga di %d caratteri al più", maxMotivo)
	}
	return ""
}
