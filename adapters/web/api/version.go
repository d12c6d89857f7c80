package api

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/visure-anagrafiche/visure/commands"
	"github.com/visure-anagrafiche/visure/domain"
)

// etag is the version of what the stream at a revision says. It is weak: readers
// are shown more of it or less.
func etag(revision int64) string { return fmt.Sprintf(`W/"%d"`, revision) }

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
		return 0, domain.FieldErrorf(domain.Invalid, "If-Match", "va indicata una sola versione, come l'ha data l'ETag di una lettura")
	}
	return int64(n), nil
}
