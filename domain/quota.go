package domain

import (
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Quota is how much may be asked for at most within a window of time, on the clocks of
// Italy.
type Quota struct {
	Di     DiChi   `json:"di" doc:"Chi è contato: utente, ente o comune"`
	Misura Misura  `json:"misura" doc:"Che cosa si conta: richieste, soggetti (persone distinte) o soggetti_pratica (persone distinte in una pratica)"`
	Per    Periodo `json:"per" doc:"In quale periodo: minuto, giorno o mese"`
	Limite int     `json:"limite" minimum:"1" maximum:"10000000" doc:"Quante al più"`
}

// DiChi is whose requests a quota counts together.
type DiChi string

const (
	DiUtente DiChi = "utente" // a person's, for one Ente at one Comune
	DiEnte   DiChi = "ente"   // of everybody of an Ente at one Comune
	DiComune DiChi = "comune" // of every Ente at a Comune
)

// Misura is what a quota counts.
type Misura string

const (
	Richieste       Misura = "richieste"        // requests
	Soggetti        Misura = "soggetti"         // distinct people asked about
	SoggettiPratica Misura = "soggetti_pratica" // distinct people asked about under one practice number
)

// Periodo is the window a quota counts in.
type Periodo string

const (
	AlMinuto Periodo = "minuto"
	AlGiorno Periodo = "giorno"
	AlMese   Periodo = "mese"
)

// LimiteMassimo is the most a quota may be set to.
const LimiteMassimo = 10_000_000

// QuoteAtto are the quotas an act may set, without their limits, in the order in which
// they are shown; of some owners alone, if any are named.
func QuoteAtto(di ...DiChi) []Quota {
	all := append(append(quoteDi(DiUtente), quoteDi(DiEnte)...), Quota{Di: DiEnte, Misura: SoggettiPratica, Per: AlMese})
	return slices.DeleteFunc(all, func(q Quota) bool { return len(di) > 0 && !slices.Contains(di, q.Di) })
}

// QuoteComune are those a Comune may set for all its Enti together.
func QuoteComune() []Quota { return quoteDi(DiComune) }

func quoteDi(di DiChi) []Quota {
	return []Quota{
		{Di: di, Misura: Richieste, Per: AlMinuto}, {Di: di, Misura: Richieste, Per: AlGiorno}, {Di: di, Misura: Richieste, Per: AlMese},
		{Di: di, Misura: Soggetti, Per: AlGiorno},
	}
}

// CheckQuote refuses quotas that are none of those there may be, that say no limit, and
// one that is there twice.
func CheckQuote(field string, quote, among []Quota) error {
	var seen []Quota
	for _, q := range quote {
		kind := q.kind()
		switch {
		case !slices.Contains(among, kind):
			return FieldErrorf(Invalid, field, "questa quota non è tra quelle che si possono fissare qui")
		case slices.Contains(seen, kind):
			return FieldErrorf(Invalid, field, "la quota %q è indicata due volte", kind.Nome())
		case q.Limite < 1 || q.Limite > LimiteMassimo:
			return FieldErrorf(Invalid, field, "il limite di una quota è un numero da 1 a %d", LimiteMassimo)
		}
		seen = append(seen, kind)
	}
	return nil
}

// kind is the quota without its limit.
func (q Quota) kind() Quota {
	q.Limite = 0
	return q
}

// Nome names the quota among those of a request: lower-case letters and dashes, for
// machines. It never changes.
func (q Quota) Nome() string {
	name := string(q.Di)
	switch q.Misura {
	case Soggetti:
		name += "-soggetti"
	case SoggettiPratica:
		name += "-pratica"
	}
	return name + "-" + string(q.Per)
}

// Text says the quota without its limit, as it is read: richieste al giorno dell'utente.
func (q Quota) Text() string { return q.conta() + " " + q.Durata() + " " + q.titolare() }

// QuoteText says quotas with their limits, as they are read; none: nothing.
func QuoteText(quote []Quota) string {
	all := make([]string, len(quote))
	for i, q := range quote {
		all[i] = q.Text() + ": " + strconv.Itoa(q.Limite)
	}
	return strings.Join(all, "; ")
}

// conta says what the quota counts.
func (q Quota) conta() string {
	switch q.Misura {
	case Soggetti:
		return "persone distinte"
	case SoggettiPratica:
		return "persone distinte per pratica"
	}
	return "richieste"
}

// Durata says in which period.
func (q Quota) Durata() string { return "al " + string(q.Per) }

// titolare says whose requests count.
func (q Quota) titolare() string {
	switch q.Di {
	case DiUtente:
		return "dell'utente"
	case DiEnte:
		return "dell'Ente"
	}
	return "del Comune"
}

// Window returns the civil minute, day or month of Italy that an instant is in: from its
// beginning to the beginning of the next, UTC.
func (q Quota) Window(at time.Time) (from, to time.Time) {
	day := ItalianDay(at)
	switch q.Per {
	case AlMinuto:
		from = at.UTC().Truncate(time.Minute)
		return from, from.Add(time.Minute)
	case AlGiorno:
		return ItalianMidnight(day), ItalianMidnight(day.Plus(1))
	}
	first := Date{Year: day.Year, Month: day.Month, Day: 1}
	next := DateOf(first.Time().AddDate(0, 1, 0))
	return ItalianMidnight(first), ItalianMidnight(next)
}

// QuotaContata is a quota that a request counted in, and the count with it.
type QuotaContata struct {
	Quota Quota `json:"quota"`
	Conto int   `json:"conto"`
}

// Residuo is what is left of a quota at an instant.
type Residuo struct {
	Quota  Quota
	Resta  int           // never below 0
	Window time.Duration // how long the period is
	Reset  time.Duration // until it begins anew
}

// Residuo returns what is left at an instant within the period that was counted in.
func (q QuotaContata) Residuo(at time.Time) Residuo {
	from, to := q.Quota.Window(at)
	return Voce{Quota: q.Quota, Begins: from, Ends: to}.Residuo(q.Conto, at)
}

// Voce is what a request counts as in one quota.
type Voce struct {
	Quota   Quota
	Chiave  string    // of the count: whose, of what and in which period; tells nothing of a subject
	Persona string    // where people are counted: a hash of who it is about and of Chiave, which tells nothing to who has not the server's secret
	Conto   int       // as the request bears it
	Begins  time.Time // the period
	Ends    time.Time
}

// Residuo returns what is left at an instant within the period, with a count.
func (v Voce) Residuo(conto int, at time.Time) Residuo {
	return Residuo{Quota: v.Quota, Resta: max(0, v.Quota.Limite-conto), Window: v.Ends.Sub(v.Begins), Reset: v.Ends.Sub(at)}
}

// Voci returns what the request counts as in the quotas it bears, in their order; without
// the token of its subject in none that counts people.
func (r VisuraRequested) Voci(m Meta) (all []Voce) {
	for _, q := range r.Quote {
		from, ends := q.Quota.Window(m.At)
		v := Voce{Quota: q.Quota, Chiave: q.Quota.chiave(r, m.By, from), Conto: q.Conto, Begins: from, Ends: ends}
		if q.Quota.Misura != Richieste {
			if r.SubjectToken == "" {
				continue
			}
			v.Persona = digest(v.Chiave, r.SubjectToken)
		}
		all = append(all, v)
	}
	return all
}

// Chiave is the key of what was counted for an actor at a Comune, of a quota that does not
// count by practice.
func (q Quota) Chiave(by Actor, comune CodiceISTAT, at time.Time) string {
	from, _ := q.Window(at)
	return q.chiave(VisuraRequested{Ente: by.Ente, Comune: comune}, by, from)
}

// chiave is part of the stored format: counts are found again by it.
func (q Quota) chiave(r VisuraRequested, by Actor, from time.Time) string {
	whose := []string{string(r.Comune), from.Format(time.RFC3339)}
	if q.Di != DiComune {
		whose = append(whose, string(r.Ente))
	}
	if q.Di == DiUtente {
		whose = append(whose, string(by.Utente))
	}
	if q.Misura == SoggettiPratica {
		whose = append(whose, r.Purpose.NumeroPratica)
	}
	return q.Nome() + "/" + digest(whose...)
}

// digest is a hash of texts, 32 hexadecimal digits.
func digest(texts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(texts, "\x00")))
	return hex.EncodeToString(sum[:16])
}
