package commands

import (
	"net/netip"
	"reflect"
	"slices"

	"github.com/visure-anagrafiche/visure/domain"
)

// RegisterApplicativo enters software of an Ente, or replaces what it may.
type RegisterApplicativo struct {
	Ente        domain.EnteID        `json:"ente" doc:"Ente"`
	Comuni      []domain.CodiceISTAT `json:"comuni" maxItems:"500" doc:"Codici ISTAT dei Comuni a cui può chiedere"`
	Nome        string               `json:"nome" maxLength:"120" doc:"Nome dell'applicativo"`
	Owner       domain.UtenteID      `json:"owner" doc:"Utente che ne risponde"`
	Scopes      []domain.Scope       `json:"scopes" maxItems:"10" doc:"request, read, download, monitor"`
	Reti        []netip.Prefix       `json:"reti,omitempty" maxItems:"20" doc:"Reti da cui chiama; assenti: da ovunque, con il suo certificato"`
	Certificato string               `json:"certificato,omitempty" doc:"SHA-256 del certificato con cui chiama, in esadecimale; chi non indica reti lo indica"`
}

// Refs names who answers for the software.
func (c RegisterApplicativo) Refs(Given[domain.Applicativo]) Refs { return Refs{Person: c.Owner} }

// Decide has each Comune say for itself whether the software may ask it: a TOP adds
// its own Comune and takes it away. What else the software is, changes where all
// the Comuni it asks are the TOP's. Who asks there themself widens nothing: software is
// known by its network or certificate, and counts as an authorised workstation. Nor does
// who gave it a token: what it may and its token are two persons' doing.
func (c RegisterApplicativo) Decide(g Given[domain.Applicativo]) ([]domain.Event, error) {
	if err := administers(g, ""); err != nil {
		return nil, err
	}
	if g.State.Registered && g.State.Ente != c.Ente {
		return nil, errNoApplicativo
	}
	for _, comune := range c.concerned(g.State) {
		if err := administers(g, comune); err != nil {
			return nil, err
		}
	}
	registered := c.registered()
	if err := c.check(g); err != nil {
		return nil, err
	}
	if g.State.Registered && reflect.DeepEqual(g.State.ApplicativoRegistered, registered) {
		return nil, nil
	}
	for _, comune := range c.concerned(g.State) {
		if slices.Contains(c.Comuni, comune) && asks(g, domain.Pair{Ente: c.Ente, Comune: comune}) {
			return nil, errOwnRights
		}
	}
	if g.State.Gave(g.Meta.By.Utente, g.Meta.At) {
		return nil, errGaveToken
	}
	return []domain.Event{registered}, nil
}

// concerned are the Comuni that a change concerns: those that are added or taken
// away, and all if anything else is another.
func (c RegisterApplicativo) concerned(was domain.Applicativo) (comuni []domain.CodiceISTAT) {
	all := !was.Registered || !was.SameButComuni(c.registered())
	for _, comune := range append(slices.Clone(c.Comuni), was.Comuni...) {
		if all || !slices.Contains(c.Comuni, comune) || !slices.Contains(was.Comuni, comune) {
			comuni = append(comuni, comune)
		}
	}
	return comuni
}

// registered is the event, as it is read back.
func (c RegisterApplicativo) registered() domain.ApplicativoRegistered {
	r := domain.ApplicativoRegistered(c)
	if len(r.Reti) == 0 {
		r.Reti = nil
	}
	return r
}

func (c RegisterApplicativo) check(g Given[domain.Applicativo]) error {
	unknown := slices.ContainsFunc(c.Scopes, func(s domain.Scope) bool { return !slices.Contains(domain.Scopes(), s) })
	answers := slices.ContainsFunc(c.Comuni, func(comune domain.CodiceISTAT) bool {
		return g.Parties.Utente.At(domain.Pair{Ente: c.Ente, Comune: comune})
	})
	switch {
	case len(c.Comuni) == 0 || slices.Contains(c.Comuni, ""):
		return domain.FieldErrorf(domain.Invalid, "comuni", "l'applicativo chiede ad almeno un Comune")
	case c.Nome == "" || words("nome", c.Nome) != nil:
		return domain.FieldErrorf(domain.Invalid, "nome", "il nome dell'applicativo manca o ha caratteri che non si possono stampare")
	case len(c.Scopes) == 0 || unknown:
		return domain.FieldErrorf(domain.Invalid, "scopes", "l'applicativo ha almeno uno tra request, read, download e monitor")
	case !answers:
		return domain.FieldErrorf(domain.Invalid, "owner", "chi risponde dell'applicativo è un utente dell'Ente")
	case c.Certificato != "" && !sha256Hex.MatchString(c.Certificato):
		return domain.FieldErrorf(domain.Invalid, "certificato", "l'impronta del certificato è di 64 cifre esadecimali minuscole")
	case len(c.Reti) == 0 && c.Certificato == "":
		return domain.FieldErrorf(domain.Invalid, "reti", "l'applicativo si riconosce anche da dove o con che cosa chiama: va indicata almeno una rete, o l'impronta del suo certificato")
	}
	return networks("reti", c.Reti)
}

// The widest network that tells where a call comes from, in bits of its prefix: what
// one body has at most.
const (
	widestIPv4 = 16
	widestIPv6 = 32
)

// networks refuses a network so wide that it tells nothing, naming it.
func networks(field string, all []netip.Prefix) error {
	for _, n := range all {
		widest := widestIPv6
		if n.Addr().Unmap().Is4() {
			widest = widestIPv4
		}
		if !n.IsValid() || n.Bits() < widest {
			return domain.FieldErrorf(domain.Invalid, field, "la rete %s è troppo ampia: al più /%d con IPv4, /%d con IPv6", n, widestIPv4, widestIPv6)
		}
	}
	return nil
}

// errGaveToken refuses who would change what a token may for which they gave it
// themself.
var errGaveToken = domain.Errorf(domain.Forbidden, "chi ha dato all'applicativo un token che vale ancora non ne cambia la registrazione: lo fa un altro TOP, o prima si revoca il token")

// errNoApplicativo is the answer to whoever may not know of software: the same as
// if there were none.
var errNoApplicativo = domain.Errorf(domain.NotFound, "applicativo inesistente")
