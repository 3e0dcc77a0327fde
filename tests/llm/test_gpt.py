from pathlib import Path

import numpy as np
import pytest
import torch
import torch.nn.functional as F
from pydantic import ValidationError

from compare.checkpoints import save_state
from compare.errors import InputError
from compare.llm.cost import flops_per_token, n_parameters, n_weights
from compare.llm.gpt import GPT, load_gpt, save_gpt, untrained_gpt
from compare.llm.loss import output_cross_entropy
from compare.llm.options import GPTOptions
from compare.llm.positions import rotated, rotation, sinusoidal_positions

SMALL = GPTOptions(layers=2, heads=2, dimension=8, context=6)


def test_a_lookup_equals_a_one_hot_product() -> None:
    torch.manual_seed(123)
    table = torch.nn.Embedding(6, 3)
    ids = torch.tensor([2, 3, 5, 1])
    assert torch.equal(table(ids), table.weight[ids])
    one_hot = F.one_hot(ids, 6).float()
    torch.testing.assert_close(table(ids), one_hot @ table.weight)
    # the values printed in the teaching note
    expected = torch.tensor([-0.4015, 0.9666, -1.1481])
    torch.testing.assert_close(table(torch.tensor([3]))[0].detach(), expected, atol=5e-5, rtol=0)


def test_token_and_position_embeddings_add_up() -> None:
    tokens, positions = torch.nn.Embedding(50, 256), torch.nn.Embedding(4, 256)
    ids = torch.randint(50, (8, 4), generator=torch.Generator().manual_seed(0))
    added = tokens(ids) + positions(torch.arange(4))
    assert tokens(ids).shape == (8, 4, 256)
    assert positions(torch.arange(4)).shape == (4, 256)
    assert added.shape == (8, 4, 256)
    torch.testing.assert_close(added[3, 2], tokens.weight[ids[3, 2]] + positions.weight[2])


def test_what_the_first_block_reads_is_token_plus_position() -> None:
    model = untrained_gpt(SMALL, 11, seed=0)
    seen = []
    model.blocks[0].register_forward_pre_hook(lambda _, inputs: seen.append(inputs[0]))
    ids = torch.tensor([[4, 7, 4]])
    model(ids)
    expected = model.token_embedding.weight[ids[0]] + model.position_embedding.weight[:3]
    torch.testing.assert_close(seen[0][0], expected)


def test_no_position_sees_what_comes_after_it() -> None:
    model = untrained_gpt(SMALL, 11, seed=0).eval()
    ids = torch.tensor([[1, 2, 3, 4, 5, 6]])
    changed = ids.clone()
    changed[0, 4] = 9
    before, after = model(ids), model(changed)
    torch.testing.assert_close(before[0, :4], after[0, :4])
    assert not torch.allclose(before[0, 4:], after[0, 4:])


POSITIONS = ("learned", "sinusoidal", "rotary", "none")


def of_kind(positions: str, layers: int = 2, **more) -> GPT:
    options = SMALL.model_copy(update={"positions": positions, "layers": layers, **more})
    model = untrained_gpt(options, 11, seed=0).eval()
    with torch.no_grad():  # attention of an untrained model is too even to tell orders apart
        for parameter in model.parameters():
            parameter.mul_(5)
    return model


@pytest.mark.parametrize("positions", POSITIONS)
@pytest.mark.parametrize("layers", [0, 2])
def test_every_kind_of_positions_is_causal_and_keeps_the_shapes(
    positions: str, layers: int
) -> None:
    model = of_kind(positions, layers)
    ids = torch.tensor([[1, 2, 3, 4, 5, 6]])
    changed = ids.clone()
    changed[0, 4] = 9
    before, after = model(ids), model(changed)
    assert before.shape == (1, 6, 11)
    assert model.hidden(ids).shape == (1, 6, 8)
    torch.testing.assert_close(before[0, :4], after[0, :4])
    assert not torch.allclose(before[0, 4], after[0, 4])
    if layers:
        assert not torch.allclose(before[0, 5], after[0, 5])
    else:
        torch.testing.assert_close(before[0, 5], after[0, 5])


def test_without_layers_and_positions_the_model_is_a_bigram_table() -> None:
    model = of_kind("none", layers=0)
    table = model.token_embedding.weight @ model.output.weight.T  # (token, next token)
    ids = torch.tensor([[3, 1, 4, 1, 5, 9], [9, 4, 3, 1, 1, 5]])
    torch.testing.assert_close(model(ids), table[ids])
    assert n_parameters(model) == 2 * 11 * 8
    assert flops_per_token(model) == 6 * 11 * 8


@pytest.mark.parametrize("positions", POSITIONS)
def test_the_order_of_earlier_tokens_is_known_unless_there_are_no_positions(
    positions: str,
) -> None:
    model = of_kind(positions, layers=1)  # a second layer would see orders through the mask
    one, other = model(torch.tensor([[1, 2, 3, 4], [2, 3, 1, 4]]))[:, -1]
    is_blind = torch.allclose(one, other, atol=1e-5)
    assert is_blind == (positions == "none")


def test_rotary_attention_depends_on_distances_alone() -> None:
    generator = torch.Generator().manual_seed(0)
    query, key = torch.randn(2, 1, 8, generator=generator)
    turn = rotation(40, 8)

    def product(i: int, k: int) -> torch.Tensor:
        return rotated(query, turn[:, i : i + 1]) @ rotated(key, turn[:, k : k + 1]).T

    torch.testing.assert_close(product(5, 2), product(38, 35))
    assert not torch.allclose(product(5, 2), product(5, 3))
    torch.testing.assert_close(rotated(query, turn[:, 31:32]).norm(), query.norm())


def test_rotation_by_hand() -> None:
    # position 1: the first pair turns by 1 radian, the second by 10000^(−1/2) = 0.01
    found = rotated(torch.tensor([[1.0, 0.0, 0.0, 2.0]]), rotation(2, 4)[:, 1:])
    expected = [[np.cos(1), np.sin(1), -2 * np.sin(0.01), 2 * np.cos(0.01)]]
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_rotary_queries_and_keys_are_turned_in_every_block() -> None:
    attention = of_kind("rotary").blocks[1].attention
    x = torch.randn(1, 5, 8, generator=torch.Generator().manual_seed(0))
    query, key, value = attention.query_key_value(x)[0].split(8, dim=-1)
    turn = rotation(5, 4)
    heads = []
    for head in (slice(0, 4), slice(4, 8)):
        scores = rotated(query[:, head], turn) @ rotated(key[:, head], turn).T / np.sqrt(4)
        scores = scores.masked_fill(torch.ones(5, 5).triu(1).bool(), -torch.inf)
        heads.append(scores.softmax(-1) @ value[:, head])
    torch.testing.assert_close(attention(x)[0], attention.projection(torch.cat(heads, dim=-1)))


@pytest.mark.parametrize("dim", [6, 7])
def test_sinusoidal_positions_equal_their_equation(dim: int) -> None:
    table = sinusoidal_positions(50, dim)
    assert table.shape == (50, dim)
    for i in (0, 1, 49):
        for column in range(dim):
            angle = i / 10_000 ** (2 * (column // 2) / dim)
            expected = np.cos(angle) if column % 2 else np.sin(angle)
            assert float(table[i, column]) == pytest.approx(expected, abs=1e-6)


def test_sinusoidal_positions_are_added_and_neither_trained_nor_saved() -> None:
    model = of_kind("sinusoidal", layers=0)
    ids = torch.tensor([[4, 7, 4]])
    expected = model.token_embedding.weight[ids[0]] + sinusoidal_positions(3, 8) / np.sqrt(8)
    torch.testing.assert_close(model.hidden(ids)[0], expected)
    assert n_parameters(model) == 2 * 11 * 8
    assert set(model.state_dict()) == {"token_embedding.weight", "output.weight"}


def test_rotary_needs_pairs_of_components() -> None:
    with pytest.raises(ValidationError, match="must be even"):
        GPTOptions(dimension=6, heads=2, positions="rotary")


@pytest.mark.parametrize("positions", POSITIONS)
def test_models_of_every_kind_are_read_back(tmp_path: Path, positions: str) -> None:
    model = of_kind(positions)
    save_gpt(model, tmp_path / "model.pt")
    ids = torch.tensor([[1, 2, 3]])
    assert torch.equal(load_gpt(tmp_path / "model.pt")(ids), model(ids))


def test_loss_is_the_cross_entropy_of_the_logits_and_near_uniform_at_first() -> None:
    model = untrained_gpt(SMALL, 11, seed=0)
    ids = torch.randint(11, (3, 6), generator=torch.Generator().manual_seed(1))
    targets = torch.randint(11, (3, 6), generator=torch.Generator().manual_seed(2))
    hidden = model.hidden(ids).flatten(0, 1)
    loss = output_cross_entropy(hidden, model.output.weight, targets.flatten())
    torch.testing.assert_close(loss, F.cross_entropy(model(ids).flatten(0, 1), targets.flatten()))
    assert abs(float(loss.detach()) - np.log(11)) < 0.1


def test_attention_equals_its_equation() -> None:
    attention = untrained_gpt(SMALL, 11, seed=0).blocks[0].attention
    x = torch.randn(1, 5, 8, generator=torch.Generator().manual_seed(0))
    query, key, value = attention.query_key_value(x)[0].split(8, dim=-1)
    heads = []
    for head in (slice(0, 4), slice(4, 8)):
        scores = query[:, head] @ key[:, head].T / np.sqrt(4)
        scores = scores.masked_fill(torch.ones(5, 5).triu(1).bool(), -torch.inf)
        heads.append(scores.softmax(-1) @ value[:, head])
    torch.testing.assert_close(attention(x)[0], attention.projection(torch.cat(heads, dim=-1)))


def test_hidden_states_are_numbered_from_the_embeddings_to_the_final_norm() -> None:
    model = untrained_gpt(SMALL, 11, seed=0).eval()
    ids = torch.tensor([[4, 7, 4], [1, 2, 3]])
    states = model.hidden_states(ids)
    assert len(states) == SMALL.layers + 1
    x = model.token_embedding(ids) + model.position_embedding.weight[:3]
    torch.testing.assert_close(states[0], x)
    x = model.blocks[0](x)
    torch.testing.assert_close(states[1], x)
    torch.testing.assert_close(states[2], model.norm(model.blocks[1](x)))
    torch.testing.assert_close(states[2], model.hidden(ids))
    assert not model.blocks[0]._forward_pre_hooks


def test_tied_tables_are_one() -> None:
    tied = untrained_gpt(SMALL.model_copy(update={"tied": True}), 11, seed=0)
    untied = untrained_gpt(SMALL, 11, seed=0)
    assert tied.output.weight is tied.token_embedding.weight
    assert n_parameters(untied) - n_parameters(tied) == 11 * 8


def test_parameters_and_flops_by_hand() -> None:
    model = untrained_gpt(SMALL, 11, seed=0)
    block = 8 * 24 + 24 + 8 * 8 + 8 + 8 * 32 + 32 + 32 * 8 + 8 + 4 * 8
    assert n_parameters(model) == 11 * 8 + 6 * 8 + 2 * block + 2 * 8 + 11 * 8
    assert flops_per_token(model) == 6 * (2 * block + 2 * 8 + 11 * 8) + 6 * 2 * 6 * 8


@pytest.mark.parametrize("positions", POSITIONS)
@pytest.mark.parametrize("layers", [0, 3])
@pytest.mark.parametrize("tied", [False, True])
def test_weights_are_counted_from_the_shapes_alone(positions: str, layers: int, tied: bool) -> None:
    options = SMALL.model_copy(update={"positions": positions, "layers": layers, "tied": tied})
    assert n_weights(options, 11) == n_parameters(untrained_gpt(options, 11, seed=0))


def test_same_seed_same_weights() -> None:
    first, again, other = (untrained_gpt(SMALL, 11, seed=s).output.weight for s in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_a_row_longer_than_the_context_is_refused() -> None:
    with pytest.raises(InputError, match="longer than the model's context of 6"):
        untrained_gpt(SMALL, 11, seed=0)(torch.zeros(1, 7, dtype=torch.int64))


def test_heads_must_divide_the_dimension() -> None:
    with pytest.raises(ValidationError, match="multiple of heads"):
        GPTOptions(dimension=10, heads=4)


def test_saved_models_are_read_back_and_others_refused(tmp_path: Path) -> None:
    model = untrained_gpt(SMALL, 11, seed=0).eval()
    save_gpt(model, tmp_path / "model.pt")
    again = load_gpt(tmp_path / "model.pt")
    ids = torch.tensor([[1, 2, 3]])
    assert torch.equal(again(ids), model(ids))
    (tmp_path / "bad.pt").write_bytes((tmp_path / "model.pt").read_bytes()[:200])
    with pytest.raises(InputError, match="damaged"):
        load_gpt(tmp_path / "bad.pt")
    with pytest.raises(InputError, match="no such"):
        load_gpt(tmp_path / "none.pt")
    save_state(tmp_path / "other.pt", {"weights": {}})
    with pytest.raises(InputError, match="no GPT"):
        load_gpt(tmp_path / "other.pt")
