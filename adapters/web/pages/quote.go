package pages

import (
	"context"
	"slices"
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

// left says what is left of the quotas of an act, to who asks under it. Those that count by
// practice are not said: which one it is comes with the request.
func (p *Pages) left(ctx context.Context, by domain.Actor, comune domain.CodiceISTAT, quote []domain.Quota) ([]string, error) {
	quote = slices.DeleteFunc(slices.Clone(quote), func(q domain.Quota) bool { return q.Misura == domain.SoggettiPratica })
	if len(quote) == 0 {
		return nil, nil
	}
	now := p.Commands.Now()
	var keys []string
	for _, q := range quote {
		keys = append(keys, q.Chiave(by, comune, now))
	}
	counted, err := p.Quote.Counted(ctx, keys)
	if err != nil {
		return nil, err
	}
	var all []string
	for i, q := range quote {
		all = append(all, leftText(q, domain.QuotaContata{Quota: q, Conto: counted[i]}.Residuo(now).Resta))
	}
	return all, nil
}

// leftText says what is left of a quota.
func leftText(q domain.Quota, left int) string {
	if q.Di == domain.DiUtente && q.Misura == domain.Richieste && q.Per == domain.AlGiorno {
		done, asked := q.Limite-left, " richieste su "
		if done == 1 {
			asked = " richiesta su "
		}
		return "Oggi " + figure(done) + asked + figure(q.Limite)
	}
	text := rationLabel(q)
	if q.Di == domain.DiEnte {
		text += " " + owners[q.Di]
	}
	rest := ": ne restano "
	if left == 1 {
		rest = ": ne resta "
	}
	return text + rest + figure(left) + " su " + figure(q.Limite)
}

// quotaNamed is the quota of a name, without its limit.
func quotaNamed(name string) (domain.Quota, bool) {
	all := append(domain.QuoteAtto(domain.DiUtente, domain.DiEnte), domain.QuoteComune()...)
	i := slices.IndexFunc(all, func(q domain.Quota) bool { return q.Nome() == name })
	if i < 0 {
		return domain.Quota{}, false
	}
	return all[i], true
}
