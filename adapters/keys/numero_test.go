package keys

import (
	"fmt"
	"path/filepath"
	"testing"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
	"github.com/visure-anagrafiche/visure/domain"
)

// A number is drawn. It reads as one, and neither who knows the id nor who knows
// the key as well can make it again.
func TestANumeroIsDrawnAndNotComputed(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "keys")
	k, again := open(t, pool, path), open(t, pool, path)
	id := uuid.NewString()
	seen := map[domain.CIUV]bool{}
	for i := range 1000 {
		of := id
		if i%2 == 1 {
			of = fmt.Sprint(i)
		}
		for _, instance := range []*Keys{k, again} {
			numero := instance.Numero(of)
			if parsed, err := domain.ParseCIUV(string(numero)); err != nil || parsed != numero {
				t.Fatalf("%s is no number: %v", numero, err)
			}
			if seen[numero] {
				t.Fatalf("%s was drawn twice", numero)
			}
			seen[numero] = true
		}
	}
	for what, key := range map[string][]byte{"the key": k.pseudonyms.numero, "no key": nil} {
		if made := domain.NewCIUV([10]byte(keyed(key, id)[:10])); seen[made] {
			t.Errorf("%s is computed from the id with %s", made, what)
		}
	}
}
