package documento

import (
	"slices"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/scheda"
)

var (
	oggi = domain.Date{Year: 2026, Month: 11, Day: 23}
	lugo = scheda.Luogo{Comune: scheda.Localita{Nome: "LUGO", ISTAT: "039012", Provincia: "RA"}}
)

func since(year int) domain.Date { return domain.Date{Year: year, Month: 5, Day: 4} }

func fact(year int) *scheda.Evento { return &scheda.Evento{Data: since(year), Luogo: lugo} }

func spouse(name string) *scheda.Generalita {
	return &scheda.Generalita{Cognome: "ROSSI", Nome: name, Sesso: "F"}
}

func wed(name, ordine string, year int) *scheda.Unione {
	return &scheda.Unione{Altro: spouse(name), Evento: fact(year), Ordine: ordine}
}

func ruled(tipo string, year int) *scheda.Cessazione {
	return &scheda.Cessazione{Tipo: tipo, Dal: since(year), Pronuncia: since(year - 1)}
}

func dissolved(tipo string, year int) *scheda.Cessazione {
	return &scheda.Cessazione{Unione: true, Tipo: tipo, Dal: since(year)}
}

// bond is one union of a life, as it was.
type bond struct {
	civil    bool
	name     string
	from, to int // years; to is 0 while it lasts
	death    bool
	ordinal  int // among those of its kind
	ruling   string
}

// life draws the unions of a person one after the other; only the last may last.
func life(t *rapid.T) (bonds []bond) {
	year, ordinals := 1970, map[bool]int{}
	n := rapid.IntRange(0, 4).Draw(t, "bonds")
	for i := range n {
		b := bond{civil: rapid.Bool().Draw(t, "civil"), name: "N" + strconv.Itoa(i), from: year + rapid.IntRange(1, 4).Draw(t, "wait")}
		ordinals[b.civil]++
		b.ordinal = ordinals[b.civil]
		year = b.from
		if i < n-1 || rapid.Bool().Draw(t, "over") {
			b.to = b.from + rapid.IntRange(1, 6).Draw(t, "lasted")
			b.death = rapid.Bool().Draw(t, "by death")
			b.ruling = rapid.SampledFrom([]string{"1", "3", "7"}).Draw(t, "ruling")
			year = b.to
		}
		bonds = append(bonds, b)
	}
	return bonds
}

// status is the code of table 1 that a life leads to.
func status(bonds []bond) string {
	if len(bonds) == 0 {
		return scheda.Celibe
	}
	codes := []string{scheda.Coniugato, scheda.Vedovo, scheda.Divorziato}
	last := bonds[len(bonds)-1]
	if last.civil {
		codes = []string{scheda.Unito, scheda.LiberoPerDecesso, scheda.LiberoPerScioglimento}
	}
	switch {
	case last.to == 0:
		return codes[0]
	case last.death:
		return codes[1]
	}
	return codes[2]
}

// cardOf is the card of a life: the last marriage and the last union with
// their endings; where the last marriage lasts, now and then the ending of the one
// before.
func cardOf(t *rapid.T, bonds []bond) scheda.Persona {
	p := scheda.Persona{StatoCivile: status(bonds)}
	var marriages []bond
	for _, b := range bonds {
		if !b.civil {
			marriages = append(marriages, b)
			continue
		}
		p.UnioneCivile, p.Scioglimento = wed(b.name, "", b.from), nil
		switch {
		case b.to > 0 && b.death:
			p.Scioglimento = dissolved("98", b.to)
		case b.to > 0:
			p.Scioglimento = dissolved("1", b.to)
		}
	}
	if len(marriages) == 0 {
		return p
	}
	last := marriages[len(marriages)-1]
	p.Matrimonio = wed(last.name, strconv.Itoa(last.ordinal), last.from)
	if last.to == 0 && len(marriages) > 1 && rapid.Bool().Draw(t, "former ending") {
		last = marriages[len(marriages)-2]
	}
	switch {
	case last.to > 0 && last.death:
		p.Vedovanza, p.OrdineVedovanza = fact(last.to), strconv.Itoa(last.ordinal)
		if rapid.Bool().Draw(t, "without order") {
			p.OrdineVedovanza = ""
		}
	case last.to > 0:
		p.Cessazione = ruled(last.ruling, last.to)
	}
	return p
}

// Of a card that tells a life as it was nothing contradicts, and the present
// spouse is the one of the bond that lasts.
func TestACardThatTellsALifeHasNoContrast(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bonds := life(t)
		p := cardOf(t, bonds)
		if list := contrasti(p, oggi); len(list) > 0 {
			t.Fatalf("%q of %+v", list, bonds)
		}
		v, ok := presentUnione(p)
		lasts := len(bonds) > 0 && bonds[len(bonds)-1].to == 0
		switch {
		case ok != lasts:
			t.Fatalf("present: %v, of %+v", ok, bonds)
		case ok && (v.unione.Altro.Nome != bonds[len(bonds)-1].name || v.ended(oggi)):
			t.Fatalf("present is %s of %+v", v.unione.Altro.Nome, bonds)
		}
		if proof(p, oggi) != scheda.KnownFully {
			t.Fatalf("not proven: %+v", bonds)
		}
	})
}

// With another status the same card never passes in silence.
func TestAWrongStatusIsNeverTakenForAFact(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		bonds := life(t)
		p := cardOf(t, bonds)
		truth := p.StatoCivile
		p.StatoCivile = rapid.SampledFrom([]string{"1", "2", "3", "4", "6", "7", "8"}).Draw(t, "status")
		if p.StatoCivile != truth && len(contrasti(p, oggi)) == 0 && proof(p, oggi) == scheda.KnownFully {
			t.Fatalf("status %s is believed of %+v", p.StatoCivile, bonds)
		}
	})
}

// anyCard draws anything the blocks of civil status may hold.
func anyCard(t *rapid.T) scheda.Persona {
	year := rapid.IntRange(1990, 2030)
	date := func(label string) domain.Date {
		d := since(year.Draw(t, label))
		switch rapid.IntRange(0, 3).Draw(t, "known of "+label) {
		case 0:
			return domain.Date{}
		case 1:
			return domain.Date{Year: d.Year}
		}
		return d
	}
	maybe := func(label string) bool { return rapid.Bool().Draw(t, label) }
	order := func(label string) string { return rapid.SampledFrom([]string{"", "1", "02", "3", "X"}).Draw(t, label) }
	p := scheda.Persona{StatoCivile: rapid.SampledFrom([]string{"", "1", "2", "3", "4", "6", "7", "8", "9"}).Draw(t, "status")}
	if maybe("marriage") {
		p.Matrimonio = &scheda.Unione{Altro: spouse("A"), Evento: &scheda.Evento{Data: date("wedding")}, Ordine: order("order")}
	}
	if maybe("death") {
		p.Vedovanza, p.OrdineVedovanza = &scheda.Evento{Data: date("death"), Luogo: lugo}, order("former order")
	}
	if maybe("end") {
		p.Cessazione = &scheda.Cessazione{Tipo: rapid.SampledFrom([]string{"1", "2", "3", "5", "8", "22"}).Draw(t, "type"), Dal: date("end")}
	}
	if maybe("union") {
		p.UnioneCivile = &scheda.Unione{Altro: spouse("B"), Evento: &scheda.Evento{Data: date("union")}}
	}
	if maybe("dissolution") {
		p.Scioglimento = &scheda.Cessazione{Unione: true, Tipo: rapid.SampledFrom([]string{"1", "3", "98"}).Draw(t, "motive"), Dal: date("dissolution")}
	}
	return p
}

// Every block of a card belongs to exactly one bond, and bonds are in order.
func TestEveryEndingBelongsToOneBond(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		p := anyCard(t)
		unioni := unioniOf(p)
		if !slices.IsSortedFunc(unioni, func(a, b vincolo) int { return a.from.Compare(b.from) }) {
			t.Fatalf("out of order: %+v", unioni)
		}
		var bonds, deaths, ends, separations int
		for _, v := range unioni {
			bonds += count(v.unione != nil)
			deaths += count(v.morte != nil)
			ends += count(v.cessazione != nil)
			separations += count(v.separazione != nil)
			if v.unione == nil && v.morte == nil && v.cessazione == nil && v.separazione == nil {
				t.Fatalf("an empty bond: %+v", unioni)
			}
		}
		separated := p.Cessazione != nil && p.Cessazione.Separation()
		want := []int{count(p.Matrimonio != nil) + count(p.UnioneCivile != nil), count(p.Vedovanza != nil),
			count(p.Cessazione != nil && !separated) + count(p.Scioglimento != nil), count(separated)}
		if diff := cmp.Diff(want, []int{bonds, deaths, ends, separations}); diff != "" {
			t.Fatalf("bonds, deaths, ends, separations (-want +got):\n%s", diff)
		}
		if len(contrasti(p, oggi)) > 0 && bereaved(p, oggi) && p.StatoCivile != scheda.Coniugato && p.StatoCivile != scheda.Unito {
			t.Fatal("bereaved of nobody")
		}
	})
}

func count(b bool) int {
	if b {
		return 1
	}
	return 0
}

func TestWhatContradictsWhat(t *testing.T) {
	t.Parallel()
	first := wed("ANNA", "1", 2000)
	for name, c := range map[string]struct {
		person scheda.Persona
		want   []string
	}{
		"remarried, the first marriage alone is held": {scheda.Persona{StatoCivile: "2", Matrimonio: first, Cessazione: ruled("3", 2010)},
			[]string{"l'unico matrimonio registrato risulta cessato"}},
		"remarried, the first marriage's end beside the second": {scheda.Persona{StatoCivile: "2", Matrimonio: wed("BICE", "2", 2015), Cessazione: ruled("3", 2010)}, nil},
		"married again after a death, told by its order": {scheda.Persona{StatoCivile: "2", Matrimonio: &scheda.Unione{Altro: spouse("BICE"), Ordine: "2"},
			Vedovanza: fact(2010), OrdineVedovanza: "1"}, nil},
		"the spouse died":  {scheda.Persona{StatoCivile: "2", Matrimonio: first, Vedovanza: fact(2026), OrdineVedovanza: "1"}, []string{"risulta il decesso del coniuge"}},
		"the partner died": {scheda.Persona{StatoCivile: "6", UnioneCivile: first, Scioglimento: dissolved("98", 2020)}, []string{"risulta il decesso della parte unita civilmente"}},
		"in a union that was dissolved": {scheda.Persona{StatoCivile: "6", UnioneCivile: first, Scioglimento: dissolved("1", 2020)},
			[]string{"l'unica unione civile registrata risulta sciolta"}},
		"separated":                      {scheda.Persona{StatoCivile: "2", Matrimonio: first, Cessazione: ruled("5", 2010)}, nil},
		"single, once married":           {scheda.Persona{StatoCivile: "1", Matrimonio: first}, []string{"risulta un matrimonio"}},
		"single, the marriage was null":  {scheda.Persona{StatoCivile: "1", Matrimonio: first, Cessazione: ruled("4", 2003)}, nil},
		"single, in a union":             {scheda.Persona{StatoCivile: "1", UnioneCivile: first}, []string{"risulta un'unione civile"}},
		"widowed, but divorced before":   {scheda.Persona{StatoCivile: "3", Matrimonio: first, Cessazione: ruled("1", 2010), Vedovanza: fact(2015)}, []string{"l'ultima unione registrata risulta cessata per altra causa"}},
		"divorced, and the other died":   {scheda.Persona{StatoCivile: "4", Matrimonio: first, Cessazione: ruled("1", 2010), Vedovanza: fact(2015)}, nil},
		"divorced from the dead":         {scheda.Persona{StatoCivile: "4", Matrimonio: first, Cessazione: ruled("1", 2015), Vedovanza: fact(2010)}, []string{"l'ultima unione registrata risulta cessata per altra causa", "lo stesso matrimonio risulta cessato due volte"}},
		"divorced, and married again":    {scheda.Persona{StatoCivile: "4", Matrimonio: wed("BICE", "2", 2015), Cessazione: ruled("1", 2010)}, []string{"risulta un matrimonio non cessato"}},
		"divorced, the end is missing":   {scheda.Persona{StatoCivile: "4", Matrimonio: first}, nil},
		"divorced from next year on":     {scheda.Persona{StatoCivile: "4", Matrimonio: first, Cessazione: ruled("1", 2027)}, []string{"risulta un matrimonio non cessato"}},
		"married until next year":        {scheda.Persona{StatoCivile: "2", Matrimonio: first, Cessazione: ruled("1", 2027)}, nil},
		"widowed, and in a union":        {scheda.Persona{StatoCivile: "3", Matrimonio: first, Vedovanza: fact(2010), UnioneCivile: wed("CARLA", "", 2018)}, []string{"risulta un'unione civile non sciolta"}},
		"married and in a union at once": {scheda.Persona{StatoCivile: "2", Matrimonio: first, UnioneCivile: wed("CARLA", "", 2018)}, []string{"risultano insieme un matrimonio e un'unione civile"}},
		"in a union begun too early": {scheda.Persona{StatoCivile: "6", Matrimonio: first, Cessazione: ruled("1", 2019), UnioneCivile: wed("CARLA", "", 2018)},
			[]string{"risultano insieme un matrimonio e un'unione civile"}},
		"ended before it began": {scheda.Persona{StatoCivile: "3", Matrimonio: first, Vedovanza: fact(1990), OrdineVedovanza: "1"}, []string{"una cessazione precede l'unione che avrebbe sciolto"}},
	} {
		if diff := cmp.Diff(c.want, contrasti(c.person, oggi)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestCivilStatusIsProvenByItsFacts(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		person scheda.Persona
		want   scheda.Known
	}{
		"never married":                       {scheda.Persona{StatoCivile: "1"}, scheda.KnownFully},
		"married, the marriage is known":      {scheda.Persona{StatoCivile: scheda.Coniugato, Matrimonio: wed("ANNA", "", 2008)}, scheda.KnownFully},
		"married, the spouse alone is known":  {scheda.Persona{StatoCivile: scheda.Coniugato, Matrimonio: &scheda.Unione{Altro: spouse("ANNA")}}, scheda.KnownPartly},
		"married, nothing is known":           {scheda.Persona{StatoCivile: scheda.Coniugato, Matrimonio: &scheda.Unione{}}, scheda.KnownNothing},
		"married, that marriage is over":      {scheda.Persona{StatoCivile: scheda.Coniugato, Matrimonio: wed("ANNA", "", 2008), Cessazione: ruled("3", 2019)}, scheda.KnownNothing},
		"married, and just bereaved":          {scheda.Persona{StatoCivile: scheda.Coniugato, Matrimonio: wed("ANNA", "", 2008), Vedovanza: fact(2026)}, scheda.KnownFully},
		"in a union that was dissolved":       {scheda.Persona{StatoCivile: scheda.Unito, UnioneCivile: wed("ANNA", "", 2018), Scioglimento: dissolved("1", 2020)}, scheda.KnownNothing},
		"widowed, the place is missing":       {scheda.Persona{StatoCivile: scheda.Vedovo, Vedovanza: &scheda.Evento{Data: since(2020)}}, scheda.KnownPartly},
		"divorced, a separation is no proof":  {scheda.Persona{StatoCivile: scheda.Divorziato, Cessazione: ruled("5", 2019)}, scheda.KnownNothing},
		"divorced, the end is known":          {scheda.Persona{StatoCivile: scheda.Divorziato, Cessazione: ruled("3", 2019)}, scheda.KnownFully},
		"free by dissolution, union known":    {scheda.Persona{StatoCivile: scheda.LiberoPerScioglimento, UnioneCivile: wed("ANNA", "", 2018)}, scheda.KnownPartly},
		"free by dissolution, its end is too": {scheda.Persona{StatoCivile: scheda.LiberoPerScioglimento, Scioglimento: dissolved("1", 2021)}, scheda.KnownFully},
	} {
		if got := proof(c.person, oggi); got != c.want {
			t.Errorf("%s: %v, want %v", name, got, c.want)
		}
	}
}
