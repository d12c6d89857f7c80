package pages

import (
	"slices"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
	"github.com/visure-anagrafiche/visure/domain/documento"
)

// terms is what an act or a profile says under a title, a line each.
type terms struct {
	Title string
	Lines []string
}

// difference is what changes under a title.
type difference struct {
	Title     string
	Gone, New []string
}

// differences are those between what is and what is to be. Both have the same titles.
func differences(was, is []terms) (all []difference) {
	for i := range is {
		d := difference{Title: is[i].Title}
		for _, line := range was[i].Lines {
			if !slices.Contains(is[i].Lines, line) {
				d.Gone = append(d.Gone, line)
			}
		}
		for _, line := range is[i].Lines {
			if !slices.Contains(was[i].Lines, line) {
				d.New = append(d.New, line)
			}
		}
		if d.Gone != nil || d.New != nil {
			all = append(all, d)
		}
	}
	return all
}

// lines are those of some texts that are not empty.
func lines(texts ...string) []string {
	return slices.DeleteFunc(texts, func(t string) bool { return t == "" })
}

// named is a text under a name, or nothing.
func named(name, text string) string {
	if text == "" {
		return ""
	}
	return name + ": " + text
}

// modeText is how national requests are confirmed, in words.
func modeText(m domain.Modo) string {
	switch m.Conferma {
	case domain.Immediata:
		return "senza conferma"
	case domain.SilenzioAssenso:
		if m.Ore > 0 {
			return "con silenzio-assenso dopo " + strconv.Itoa(m.Ore) + " ore d’ufficio"
		}
		return "con silenzio-assenso nel termine del Comune"
	case domain.Manuale:
		return "con conferma dell’Anagrafe"
	}
	return "non ammesse"
}

// placeText is from where rights may be used, in words.
func placeText(r domain.RegolaPostazione) string {
	if r == domain.Autorizzata {
		return "solo quelle autorizzate"
	}
	return "libere"
}

// shortDays are the days of a week, from Monday on.
var shortDays = [...]string{"lun", "mar", "mer", "gio", "ven", "sab", "dom"}

// hoursText is when rights may be used, a line for each window.
func hoursText(o domain.Orario) (all []string) {
	for _, f := range o {
		var days []string
		for _, d := range f.Giorni {
			if d >= 1 && d <= len(shortDays) {
				days = append(days, shortDays[d-1])
			}
		}
		all = append(all, strings.Join(days, ", ")+" dalle "+f.Dalle+" alle "+f.Alle)
	}
	if all == nil {
		return []string{"sempre"}
	}
	return all
}

// window is a row of a form for one window of hours.
type window struct {
	N           int
	Dalle, Alle string
	Days        []option
}

// windows are the rows for hours that a form has, and an empty one.
func windows(f form) (all []window) {
	from, to := f.values["dalle[]"], f.values["alle[]"]
	for i := 0; i <= min(len(from), len(to)); i++ {
		row := window{N: i}
		if i < len(from) && i < len(to) {
			row.Dalle, row.Alle = from[i], to[i]
		}
		for d, name := range shortDays {
			value := strconv.Itoa(d + 1)
			row.Days = append(row.Days, option{value, name, f.Has(giorniOf(i), value)})
		}
		if all = append(all, row); row.Dalle == "" && row.Alle == "" {
			break
		}
	}
	return all
}

// setHours fills a form with hours.
func (f form) setHours(o domain.Orario) {
	for i, w := range o {
		f.values.Add("dalle[]", w.Dalle)
		f.values.Add("alle[]", w.Alle)
		for _, d := range w.Giorni {
			f.values.Add(giorniOf(i), strconv.Itoa(d))
		}
	}
}

// giorniOf is the name of the days of an opening: of several values, as its brackets say.
func giorniOf(i int) string { return "giorni" + strconv.Itoa(i) + "[]" }

// hours reads hours; rows without a time are left out.
func (f form) hours() (o domain.Orario) {
	from, to := f.values["dalle[]"], f.values["alle[]"]
	for i := range min(len(from), len(to)) {
		if w := (domain.Fascia{Dalle: strings.TrimSpace(from[i]), Alle: strings.TrimSpace(to[i])}); w.Dalle != "" || w.Alle != "" {
			for _, text := range f.values[giorniOf(i)] {
				d, _ := strconv.Atoi(text) // what is no number is no day either
				w.Giorni = append(w.Giorni, d)
			}
			o = append(o, w)
		}
	}
	return o
}

// modes are the ways of confirmation, of which one is chosen.
func modes(chosen, none string) []option {
	return marked([]option{{"", none, false}, {string(domain.Immediata), "Senza conferma", false},
		{string(domain.SilenzioAssenso), "Silenzio-assenso", false}, {string(domain.Manuale), "Conferma dell’Anagrafe", false}}, chosen)
}

// mode reads a way of confirmation from two fields.
func (f *form) mode(way, hours string) domain.Modo {
	m := domain.Modo{Conferma: domain.Conferma(f.Val(way))}
	if text := f.text(hours); text != "" && m.Conferma == domain.SilenzioAssenso {
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > 1000 {
			f.refuse(hours, "Le ore d’ufficio sono un numero da 1 a 1000.")
		}
		m.Ore = n
	}
	return m
}

// kinds are the types of visura, those chosen that a form has.
func kinds(f form, field string) (all []option) {
	for _, tipo := range offeredTipi() {
		all = append(all, option{string(tipo), documento.Title(tipo), f.Has(field, string(tipo))})
	}
	return all
}

// offeredTipi are all types, the most frequent first.
func offeredTipi() []domain.Tipo {
	all := slices.Clone(requested)
	for _, tipo := range documento.Tipi() {
		if !slices.Contains(all, tipo) {
			all = append(all, tipo)
		}
	}
	return all
}

// number writes a count that may be none.
func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

// atRevision is the revision that a form was made at, or any.
func (f form) atRevision() int64 {
	n, err := strconv.ParseInt(f.Val("revision"), 10, 64)
	if err != nil {
		return commands.AnyRevision
	}
	return n
}
