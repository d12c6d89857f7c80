package persistent

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/google/uuid"

	"github.com/visure-anagrafiche/visure/adapters/esdb/node/journal"
)

// Checkpoints are events, as on a real server: the newest of the checkpoint stream
// counts. Their data is a JSON string with the position in the form of the protocol.
const checkpointType = "SubscriptionCheckpoint"

// positionText is a position in the form of the protocol.
func (k Key) positionText(position uint64) string {
	if k.All() {
		return fmt.Sprintf("C:%d/P:%d", position, position)
	}
	return strconv.FormatUint(position, 10)
}

// parsePosition is the inverse of positionText.
func (k Key) parsePosition(text string) (uint64, bool) {
	if k.All() {
		commit, _, found := strings.Cut(text, "/P:")
		digits, marked := strings.CutPrefix(commit, "C:")
		if !found || !marked {
			return 0, false
		}
		text = digits
	}
	position, err := strconv.ParseUint(text, 10, 63)
	return position, err == nil
}

// writeCheckpoint makes a checkpoint durable.
func writeCheckpoint(j *journal.Journal, k Key, position uint64) error {
	_, err := j.Append(context.Background(), journal.Append{Stream: k.checkpointStream(), Expected: journal.Any,
		Events: []journal.Proposed{{ID: uuid.New(), Type: checkpointType, JSON: true, Data: strconv.AppendQuote(nil, k.positionText(position))}}})
	return err
}

// loadCheckpoint reads the last durable checkpoint of a group; nil when there is none.
// *journal.Damage says that it cannot be read.
func loadCheckpoint(j *journal.Journal, k Key) (*uint64, error) {
	var page journal.Page
	err := j.ReadStream(&page, journal.StreamRead{Stream: k.checkpointStream(), From: journal.MaxRevision, Backwards: true, Most: 1})
	var deleted *journal.Deleted
	switch {
	case errors.Is(err, journal.ErrNotFound), errors.As(err, &deleted):
		return nil, nil
	case err != nil:
		return nil, err
	case len(page.Events) == 0:
		return nil, nil
	}
	var text string
	if json.Unmarshal(page.Events[0].Data, &text) == nil {
		if position, ok := k.parsePosition(text); ok {
			return &position, nil
		}
	}
	return nil, &journal.Damage{Reason: fmt.Sprintf("group %s: its checkpoint cannot be read", k)}
}

// forgetStream soft-deletes a stream of a group, if it has anything to show: a group
// made again under the same name does not go on from it, and numbers its events
// behind it.
func forgetStream(ctx context.Context, j *journal.Journal, stream string) error {
	_, err := j.Delete(ctx, stream, journal.StreamExists)
	var absent *journal.WrongVersion
	var deleted *journal.Deleted
	if errors.As(err, &absent) || errors.As(err, &deleted) {
		return nil
	}
	return err
}
