package eyes_test

import (
	"os"
	"testing"

	"github.com/visure-anagrafiche/visure/adapters/web/eyes"
)

func TestMain(m *testing.M) { os.Exit(eyes.Main(m)) }
