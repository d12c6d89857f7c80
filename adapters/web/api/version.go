package api

import (
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/danielgtaylor/huma/v2"

	"github.com/visure-anagrafiche/visure/adapters/web/edge"
	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// etag is the version of what the stream at a revision says. It is weak: readers
// are shown more of it or less.
func etag(revision int64) string { return fmt.Sprintf(`W/"%d"`, revision) }

// unversioned refuses the version of what an operation does not compare with one: the
// caller would take what they sent for safe. A collection has none (RFC 9110 section
// 13.1.1).
func unversioned(op *huma.Operation, sent http.Header) *edge.Problem {
	version := strings.TrimSpace(sent.Get(ifMatch))
	if version == "" || version == "*" || slices.ContainsFunc(op.Parameters, func(p *huma.Param) bool { return p.Name == ifMatch }) {
		return nil
	}
	return edge.NewProblem(edge.Precondition, "Questa operazione non confronta versioni: nulla è cambiato. Ripetere senza If-Match, o dove l'identificativo è nell'indirizzo e If-Match è previsto.",
		edge.Offender{Field: ifMatch, Message: "non è previsto da questa operazione"})
}

// ifMatch is the header in which a client says which version it has seen.
const ifMatch = "If-Match"

// revision reads the version of an If-Match header; without one, or with *, any
// will do. A weak one counts (RFC 9110 section 13.1.1 would not have it): a stream at
// one revision is one state, whoever looks.
func revision(header string) (int64, error) {
	header = strings.TrimSpace(header)
	if header == "" || header == "*" {
		return commands.AnyRevision, nil
	}
	quoted := strings.TrimPrefix(header, "W/")
	text, shown, _ := strings.Cut(strings.Trim(quoted, `"`), ".") // what it was shown with changes nothing: see etagOf
	n, err := strconv.ParseUint(text, 10, 63)
	if err != nil || quoted != fmt.Sprintf(`"%d"`, n) && quoted != fmt.Sprintf(`"%d.%s"`, n, shown) || strings.ContainsAny(shown, `",`) {
		return 0, domain.FieldErrorf(domain.Invalid, ifMatch, "va indicata una sola versione, come l'ha data l'ETag di una lettura")
	}
	return int64(n), nil
}
