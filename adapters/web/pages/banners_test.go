package pages

import (
	"testing"
	"time"

	"github.com/visure-anagrafiche/visure/domain"
)

func TestATopIsToldThatCertificatesExpireFromSixtyDaysAhead(t *testing.T) {
	expiry := time.Date(2026, 6, 1, 10, 0, 0, 0, time.UTC)
	for ahead, want := range map[time.Duration]string{
		60*24*time.Hour + time.Second: "", 60 * 24 * time.Hour: "I certificati per ANPR scadono il 01/06/2026 alle 12:00",
		time.Second: "I certificati per ANPR scadono il 01/06/2026 alle 12:00", 0: "I certificati per ANPR sono scaduti il 01/06/2026 alle 12:00",
	} {
		c := domain.Comune{Collegamento: domain.Collegamento{ComuneConnected: domain.ComuneConnected{Machine: domain.Certificate{NotAfter: expiry}}}}
		said := ""
		for _, s := range expiring(c, expiry.Add(-ahead)) {
			said = s.What
		}
		if said != want {
			t.Errorf("%s ahead it says %q, want %q", ahead, said, want)
		}
	}
	if s := expiring(domain.Comune{}, expiry); s != nil {
		t.Errorf("without certificates it says %v", s)
	}
}
