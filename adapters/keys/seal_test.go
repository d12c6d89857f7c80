package keys

import (
	"bytes"
	"path/filepath"
	"slices"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/postgres/pgtest"
)

func TestASecretOpensUnderItsNameOnly(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "keys")
	k, secret := open(t, pool, path), []byte("JBSWY3DPEHPK3PXP")
	sealed, err := k.Seal(t.Context(), "totp/1", secret)
	if err != nil {
		t.Fatal(err)
	}
	again, err := k.Seal(t.Context(), "totp/1", secret)
	if err != nil {
		t.Fatal(err)
	}
	if bytes.Contains(sealed, secret) || bytes.Equal(sealed, again) {
		t.Errorf("sealed is %q, and %q", sealed, again)
	}
	other := open(t, pool, path)
	if got, err := other.Unseal(t.Context(), "totp/1", sealed); err != nil || !bytes.Equal(got, secret) {
		t.Errorf("%q, %v", got, err)
	}
	if _, err := other.Unseal(t.Context(), "totp/2", sealed); err == nil {
		t.Error("it opens under another name")
	}
	for _, broken := range [][]byte{nil, sealed[:8], append(slices.Clone(sealed[:len(sealed)-1]), sealed[len(sealed)-1]^1)} {
		if _, err := other.Unseal(t.Context(), "totp/1", broken); err == nil {
			t.Errorf("%q opens", broken)
		}
	}
}

func TestASecretOpensAfterItsKeyWasWrappedAnew(t *testing.T) {
	t.Parallel()
	pool, path := pgtest.New(t), filepath.Join(t.TempDir(), "keys")
	sealed, err := open(t, pool, path).Seal(t.Context(), "totp/1", []byte("secret"))
	if err != nil {
		t.Fatal(err)
	}
	if err := AddSecret(path); err != nil {
		t.Fatal(err)
	}
	k := open(t, pool, path)
	if _, err := k.Rewrap(t.Context()); err != nil {
		t.Fatal(err)
	}
	if got, err := open(t, pool, path).Unseal(t.Context(), "totp/1", sealed); err != nil || string(got) != "secret" {
		t.Errorf("%q, %v", got, err)
	}
}

func TestAMailAddressIsHashedWithAKeyOfItsOwn(t *testing.T) {
	t.Parallel()
	pool := pgtest.New(t)
	path := filepath.Join(t.TempDir(), "keys")
	k := open(t, pool, path)
	hash := k.AddressHash("anna@example.it")
	if len(hash) != 32 || !bytes.Equal(hash, open(t, pool, path).AddressHash("anna@example.it")) {
		t.Errorf("hash %x", hash)
	}
	if bytes.Equal(hash, k.AddressHash("anne@example.it")) {
		t.Error("two addresses have one hash")
	}
	for _, key := range [][]byte{nil, k.pseudonyms.subject, k.pseudonyms.utente, k.pseudonyms.numero} {
		if bytes.Equal(hash, keyed(key, "anna@example.it")) {
			t.Error("it is hashed with another's key")
		}
	}
	elsewhere := open(t, pgtest.New(t), filepath.Join(t.TempDir(), "keys"))
	if bytes.Equal(hash, elsewhere.AddressHash("anna@example.it")) {
		t.Error("two installations have one hash")
	}
}
