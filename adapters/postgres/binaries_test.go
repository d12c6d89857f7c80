package postgres

import (
	"errors"
	"strings"
	"testing"
)

func TestTheServerIsChosenByTheData(t *testing.T) {
	t.Parallel()
	both := []binaries{{"/15", 15}, {"/17", 17}, {"/16", 16}}
	if b, err := choose(both, 0); err != nil || b.major != 17 {
		t.Errorf("for a new folder %v, %v; want the newest", b, err)
	}
	if b, err := choose(both, 15); err != nil || b.major != 15 {
		t.Errorf("for a folder of 15 %v, %v", b, err)
	}
	if _, err := choose(both, 14); err == nil || !strings.Contains(err.Error(), "apt-get install -y postgresql-14") {
		t.Errorf("for a folder of 14: %v", err)
	}
	if _, err := choose(nil, 0); !errors.Is(err, ErrMissing) {
		t.Errorf("without PostgreSQL: %v", err)
	}
}
