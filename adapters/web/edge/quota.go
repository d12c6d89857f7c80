package edge

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

// RateLimit says what is left of quotas as the headers RateLimit-Policy and RateLimit do
// (draft-ietf-httpapi-ratelimit-headers-10); both are empty where there are none.
func RateLimit(left []domain.Residuo) (policy, limit string) {
	var policies, limits []string
	for _, l := range left {
		policies = append(policies, fmt.Sprintf(`"%s";q=%d;w=%d`, l.Quota.Nome(), l.Quota.Limite, seconds(l.Window)))
		limits = append(limits, fmt.Sprintf(`"%s";r=%d;t=%d`, l.Quota.Nome(), l.Resta, seconds(l.Reset)))
	}
	return strings.Join(policies, ", "), strings.Join(limits, ", ")
}

// exhausted has the answer say of which quota nothing is left, and until when.
func (p *Problem) exhausted(left domain.Residuo) {
	policy, limit := RateLimit([]domain.Residuo{left})
	p.Set("RateLimit-Policy", policy)
	p.Set("RateLimit", limit)
	p.Set("Retry-After", strconv.Itoa(seconds(left.Reset)))
}

// seconds are whole ones, rounded up: who waits so long has not come too early.
func seconds(d time.Duration) int { return int((d + time.Second - 1) / time.Second) }
