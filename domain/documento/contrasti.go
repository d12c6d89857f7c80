package documento

import (
	"slices"
	"strings"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

// contrasti says in words, without personal data, what of a civil status and of
// the unions on the same card cannot all be true on a day; none when nothing
// contradicts.
func contrasti(p scheda.Persona, day domain.Date) (list []string) {
	unioni := unioniOf(p)
	for _, check := range []func(string, []vincolo, domain.Date) string{
		againstPresent, againstNever, againstFree, againstEnding, twoAtOnce, impossible,
	} {
		if text := check(p.StatoCivile, unioni, day); text != "" {
			list = append(list, text)
		}
	}
	return list
}

// bereaved says whether all that contradicts the status is that the spouse or
// partner has died: the registry writes the death by itself, the status follows
// when the Comune sends it.
func bereaved(p scheda.Persona, day domain.Date) bool {
	v, ok := presentUnione(p)
	return ok && v.ended(day) && v.byDeath() && len(contrasti(p, day)) == 1
}

// presentUnione is the bond that the status of who is married or in a union rests on,
// and whether the card holds it.
func presentUnione(p scheda.Persona) (v vincolo, ok bool) {
	unioni := unioniOf(p)
	i := slices.IndexFunc(unioni, func(v vincolo) bool {
		return v.unione != nil && (p.StatoCivile == scheda.Coniugato && !v.civile || p.StatoCivile == scheda.Unito && v.civile)
	})
	if i < 0 {
		return vincolo{}, false
	}
	return unioni[i], true
}

// againstPresent: married, or in a union, but the only one held has ended.
func againstPresent(status string, unioni []vincolo, day domain.Date) string {
	for _, v := range unioni {
		switch {
		case v.unione == nil || !v.ended(day):
		case status == scheda.Coniugato && !v.civile && v.byDeath():
			return "risulta il decesso del coniuge"
		case status == scheda.Coniugato && !v.civile:
			return "l'unico matrimonio registrato risulta cessato"
		case status == scheda.Unito && v.civile && v.byDeath():
			return "risulta il decesso della parte unita civilmente"
		case status == scheda.Unito && v.civile:
			return "l'unica unione civile registrata risulta sciolta"
		}
	}
	return ""
}

// againstNever: never married, but there is a bond that was not annulled.
func againstNever(status string, unioni []vincolo, _ domain.Date) string {
	if status != scheda.Celibe {
		return ""
	}
	for _, v := range unioni {
		switch {
		case v.civile:
			return "risulta un'unione civile"
		case v.cessazione == nil || !v.cessazione.Annulment():
			return "risulta un matrimonio"
		}
	}
	return ""
}

// againstFree: free again, but a bond is held that did not end. Where the card
// lacks the ending that the status tells of, that is data missing and no
// contradiction.
func againstFree(status string, unioni []vincolo, day domain.Date) string {
	told, free := endings[status]
	if !free {
		return ""
	}
	lacking := !slices.ContainsFunc(unioni, func(v vincolo) bool { return v.ending() == told })
	for _, v := range unioni {
		switch {
		case v.unione == nil || v.ended(day) || lacking && v.civile == told.civile && v.cessazione == nil && v.morte == nil:
		case v.civile:
			return "risulta un'unione civile non sciolta"
		default:
			return "risulta un matrimonio non cessato"
		}
	}
	return ""
}

// ending is what ended a bond: which kind, and whether a death did.
type ending struct{ civile, morte, any bool }

// endings are what the status of who is free again tells of the last bond.
var endings = map[string]ending{
	scheda.Vedovo:                {morte: true, any: true},
	scheda.Divorziato:            {any: true},
	scheda.LiberoPerDecesso:      {civile: true, morte: true, any: true},
	scheda.LiberoPerScioglimento: {civile: true, any: true},
}

func (v vincolo) ending() ending {
	if v.morte == nil && v.cessazione == nil {
		return ending{}
	}
	return ending{civile: v.civile, morte: v.byDeath(), any: true}
}

// againstEnding: free again, but the last bond that ended did so otherwise. The
// last can be told where every ending has a date; else one that fits is enough.
func againstEnding(status string, unioni []vincolo, day domain.Date) string {
	told, free := endings[status]
	over := slices.DeleteFunc(slices.Clone(unioni), func(v vincolo) bool { return !v.ended(day) })
	if !free || len(over) == 0 {
		return ""
	}
	if !slices.ContainsFunc(over, func(v vincolo) bool { return v.over().IsZero() }) {
		last := slices.MaxFunc(over, func(a, b vincolo) int { return a.over().Compare(b.over()) })
		over = []vincolo{last}
	}
	if slices.ContainsFunc(over, func(v vincolo) bool { return v.ending() == told }) {
		return ""
	}
	return "l'ultima unione registrata risulta cessata per altra causa"
}

// twoAtOnce: two bonds in force, or one begun before the other had ended.
func twoAtOnce(_ string, unioni []vincolo, day domain.Date) string {
	for i, v := range unioni {
		for _, w := range unioni[i+1:] {
			within := surelyBefore(v.begun(), w.begun()) && (!v.ending().any || surelyBefore(w.begun(), v.over()))
			if v.unione != nil && w.unione != nil && (within || !v.ended(day) && !w.ended(day)) {
				return "risultano insieme un matrimonio e un'unione civile"
			}
		}
	}
	return ""
}

// impossible: a bond that ended before it began, or twice.
func impossible(_ string, unioni []vincolo, _ domain.Date) string {
	for _, v := range unioni {
		switch {
		case surelyBefore(v.over(), v.begun()):
			return "una cessazione precede l'unione che avrebbe sciolto"
		case v.morte != nil && v.cessazione != nil && !surelyBefore(v.cessazione.When(), v.morte.Data):
			return "lo stesso matrimonio risulta cessato due volte"
		}
	}
	return ""
}

// contrastText is the warning that says them.
func contrastText(list []string) string {
	return "In ANPR lo stato civile e le unioni registrate sono in contrasto: " + strings.Join(list, "; ") +
		". I dati sono riportati come registrati e vanno verificati con l'Ufficio Anagrafe."
}
