package edge

import (
	"context"
	"net/netip"
	"regexp"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// Exchange is what is known of a request while it is answered.
type Exchange struct {
	Caller  Caller
	Address netip.Addr   // where it comes from
	Device  string       // what the browser shows of DeviceCookie
	Action  string       // wire name of the operation
	Object  string       // the stream it is about, if one
	Asked   domain.Asked // what its command asks for; of a read, whose data they are
	Filters []string     // what the list that it reads is narrowed by, as the journal is told
	Trace   string       // W3C traceparent, empty when not traced
	Program bool         // it is of a program: sessions of browsers count for nothing
	Glance  bool         // it is a page that asks by itself what is new, and no use of the session

	Refused *Problem // what was answered, if it was a refusal
	Reason  string   // why, where the code of the problem does not say it

	reads   bool   // it changes nothing
	looked  func() // ends what Ahead began; nil: nothing did
	lasting bool   // the answer takes as long as the client stays

	victim domain.UtenteID     // whose account somebody tried who is not known
	route  string              // method and template of the address
	shown  domain.PostazioneID // workstation that was proven, whether or not it counts
	aside  string              // why what was shown of a workstation does not count; empty: it does, or nothing was
	bare   bool                // what was shown is a certificate alone, of no workstation
}

// from is the address the request comes from, as it is entered; empty if unknown.
func (x *Exchange) from() string {
	if !x.Address.IsValid() {
		return ""
	}
	return x.Address.String()
}

// From is where the request comes from, for who proves who they are.
func (x *Exchange) From() commands.From { return commands.From{Address: x.Address, Device: x.Device} }

// purposes are what accesses in each role are for.
var purposes = map[domain.Role]string{
	domain.RoleStandard: "richiesta", domain.RoleAdmin: "amministrazione", domain.RoleTop: "amministrazione",
	domain.RoleAnagrafe: "conferma", domain.RoleAuditor: "verifica",
}

// purpose is what the access is for.
func (x *Exchange) purpose() string { return purposes[x.Caller.Role] }

// Concerns notes, for the journal, the Comuni of what a request names or a read shows:
// the entry is of the one that all of it is of. What several have together is no one's.
func (x *Exchange) Concerns(comuni ...domain.CodiceISTAT) {
	x.Asked.Comune = ""
	for i, c := range comuni {
		if i > 0 && c != comuni[0] {
			x.Asked.Comune = ""
			return
		}
		x.Asked.Comune = c
	}
}

type exchangeKey struct{}

// With returns a context of the request that x is of.
func With(ctx context.Context, x *Exchange) context.Context {
	return context.WithValue(ctx, exchangeKey{}, x)
}

// Of returns the exchange of a request; an empty one outside of any.
func Of(ctx context.Context) *Exchange {
	x, ok := ctx.Value(exchangeKey{}).(*Exchange)
	if !ok {
		return &Exchange{}
	}
	return x
}

// Meta ties what a request causes to its caller and to the request.
func Meta(ctx context.Context) domain.Meta {
	x := Of(ctx)
	return domain.Meta{By: x.Caller.Actor, Correlation: RequestID(ctx), Trace: x.Trace}
}

var traceparent = regexp.MustCompile(`^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$`)

// Traceparent returns a header of exactly the W3C form; anything else is not
// stored, and is empty.
func Traceparent(header string) string {
	if traceparent.MatchString(header) {
		return header
	}
	return ""
}
