package pages

import (
	"strconv"

	"github.com/visure-anagrafiche/visure/domain"
)

// ration is a field of a form for the limit of one quota.
type ration struct {
	Name, Label string
	quota       domain.Quota // without its limit
}

// rationsOf are the fields for some quotas. Label ends with ?: each may be left empty.
func rationsOf(quote []domain.Quota) (all []ration) {
	for _, q := range quote {
		all = append(all, ration{"quota-" + q.Nome(), rationLabel(q) + "?", q})
	}
	return all
}

// rationLabel says what a quota counts, and in which period.
func rationLabel(q domain.Quota) string {
	switch q.Misura {
	case domain.Soggetti:
		return "Persone diverse " + q.Durata()
	case domain.SoggettiPratica:
		return "Persone diverse per pratica, " + q.Durata()
	}
	return "Richieste " + q.Durata()
}

// owners are whose requests a quota counts, as they are read.
var owners = map[domain.DiChi]string{domain.DiUtente: "di ciascun utente", domain.DiEnte: "di tutto l’Ente", domain.DiComune: "di tutti gli Enti insieme"}

// quoteLines say quotas as they are read, one a line.
func quoteLines(quote []domain.Quota) (all []string) {
	for _, q := range quote {
		all = append(all, rationLabel(q)+" "+owners[q.Di]+": "+figure(q.Limite))
	}
	return all
}

// setQuote fills the fields of quotas.
func (f *form) setQuote(quote []domain.Quota) {
	for _, q := range quote {
		f.set("quota-"+q.Nome(), strconv.Itoa(q.Limite))
	}
}

// quote reads quotas from the fields of those there may be; an empty one sets none.
func (f *form) quote(among []domain.Quota) (all []domain.Quota) {
	for _, r := range rationsOf(among) {
		text := f.text(r.Name)
		if text == "" {
			continue
		}
		n, err := strconv.Atoi(text)
		if err != nil || n < 1 || n > domain.LimiteMassimo {
			f.refuse(r.Name, "Il limite è un numero da 1 a "+figure(domain.LimiteMassimo)+".")
		}
		q := r.quota
		q.Limite = n
		all = append(all, q)
	}
	return all
}
