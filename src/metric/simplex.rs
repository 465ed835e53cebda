//! The cheapest flow from sources to sinks along arcs without capacities, by the network simplex method.
//!
//! The basis is a spanning tree rooted at an extra node to which every node begins with an expensive arc. A pivot takes an
//! arc in that would save cost (block search: the best of the next √arcs), pushes flow round its cycle and takes out the
//! arc that is emptied first; of several, the last one met from the apex in the direction of the flow, which keeps the
//! tree strongly feasible and so excludes cycling (Cunningham 1976). Exact up to rounding.

/// An arc without capacity.
#[derive(Debug, Clone, Copy)]
pub(super) struct Arc {
    pub from: u32,
    pub to: u32,
    pub cost: f64,
}

const NONE: u32 = u32::MAX;

struct Tree {
    /// Of every node: the node above, the flow and cost of the arc between, and whether that arc points up.
    parent: Vec<u32>,
    flow: Vec<f64>,
    cost: Vec<f64>,
    up: Vec<bool>,
    depth: Vec<u32>,
    potential: Vec<f64>,
    /// Children as doubly linked lists.
    child: Vec<u32>,
    next: Vec<u32>,
    previous: Vec<u32>,
}

/// Cost of the cheapest flow. `supply` sums to zero within rounding: what enters (positive) or leaves at every node.
pub(super) fn cheapest_flow(supply: &[f64], arcs: &[Arc]) -> f64 {
    let dearest = arcs.iter().fold(0.0f64, |most, arc| most.max(arc.cost));
    let expensive = (dearest + 1.0) * (supply.len() as f64 + 1.0);
    let tolerance = -1e-12 * dearest;
    let mut tree = Tree::star(supply, expensive);
    let block = ((arcs.len() as f64).sqrt().ceil() as usize).max(10);
    let mut start = 0;
    loop {
        let mut best: Option<(f64, Arc)> = None;
        let mut seen = 0;
        while seen < arcs.len() {
            let arc = arcs[start];
            start = if start + 1 == arcs.len() { 0 } else { start + 1 };
            seen += 1;
            let reduced = arc.cost + tree.potential[arc.from as usize] - tree.potential[arc.to as usize];
            if reduced < best.map_or(tolerance, |(least, _)| least) {
                best = Some((reduced, arc));
            }
            if seen % block == 0 && best.is_some() {
                break;
            }
        }
        let Some((_, arc)) = best else { break };
        tree.pivot(arc);
    }
    let kept = |node: &usize| tree.cost[*node] < expensive;
    (0..supply.len()).filter(kept).map(|node| tree.flow[node] * tree.cost[node]).sum()
}

impl Tree {
    /// Every node hangs from the root, node `supply.len()`.
    fn star(supply: &[f64], expensive: f64) -> Tree {
        let nodes = supply.len();
        let root = nodes as u32;
        let up: Vec<bool> = supply.iter().map(|supply| *supply >= 0.0).chain([true]).collect();
        let mut tree = Tree {
            parent: vec![root; nodes],
            flow: supply.iter().map(|supply| supply.abs()).chain([0.0]).collect(),
            cost: vec![expensive; nodes + 1],
            potential: up.iter().map(|up| if *up { -expensive } else { expensive }).collect(),
            up,
            depth: vec![1; nodes + 1],
            child: vec![NONE; nodes + 1],
            next: vec![NONE; nodes + 1],
            previous: vec![NONE; nodes + 1],
        };
        tree.parent.push(NONE);
        tree.depth[nodes] = 0;
        tree.potential[nodes] = 0.0;
        (0..nodes as u32).for_each(|node| tree.hang(node, root));
        tree
    }

    fn hang(&mut self, node: u32, parent: u32) {
        let first = std::mem::replace(&mut self.child[parent as usize], node);
        if first != NONE {
            self.previous[first as usize] = node;
        }
        (self.next[node as usize], self.previous[node as usize]) = (first, NONE);
        self.parent[node as usize] = parent;
    }

    fn unhang(&mut self, node: u32) {
        let (next, previous) = (self.next[node as usize], self.previous[node as usize]);
        match previous {
            NONE => self.child[self.parent[node as usize] as usize] = next,
            _ => self.next[previous as usize] = next,
        }
        if next != NONE {
            self.previous[next as usize] = previous;
        }
    }

    /// Brings an arc of negative reduced cost into the tree.
    fn pivot(&mut self, arc: Arc) {
        // Flow goes apex → … → from → to → … → apex.
        let apex = self.apex(arc.from, arc.to);
        let mut least = f64::INFINITY;
        let mut leaving = None;
        let mut node = arc.from;
        while node != apex {
            let at = node as usize;
            // On the way down to `from`, arcs that point up are emptied; the one nearest `from` is met last.
            if self.up[at] && self.flow[at] < least {
                (least, leaving) = (self.flow[at], Some((node, true)));
            }
            node = self.parent[at];
        }
        node = arc.to;
        while node != apex {
            let at = node as usize;
            // On the way up from `to`, arcs that point down are emptied; the one nearest the apex is met last.
            if !self.up[at] && self.flow[at] <= least {
                (least, leaving) = (self.flow[at], Some((node, false)));
            }
            node = self.parent[at];
        }
        // All costs are at least 0, so no cycle of negative cost is free of arcs that it empties.
        let Some((cut, on_from_side)) = leaving else { return };
        for (mut node, rises) in [(arc.from, false), (arc.to, true)] {
            while node != apex {
                let at = node as usize;
                self.flow[at] += if self.up[at] == rises { least } else { -least };
                node = self.parent[at];
            }
        }
        let (inner, outer) = if on_from_side { (arc.from, arc.to) } else { (arc.to, arc.from) };
        self.turn(inner, cut);
        self.hang(inner, outer);
        let at = inner as usize;
        (self.flow[at], self.cost[at], self.up[at]) = (least, arc.cost, on_from_side);
        self.settle(inner);
    }

    fn apex(&self, mut a: u32, mut b: u32) -> u32 {
        while a != b {
            if self.depth[a as usize] >= self.depth[b as usize] {
                a = self.parent[a as usize];
            } else {
                b = self.parent[b as usize];
            }
        }
        a
    }

    /// Cuts the arc above `cut` and makes `inner`, somewhere below, the top of what came off.
    fn turn(&mut self, inner: u32, cut: u32) {
        let mut node = inner;
        let mut above = self.parent[node as usize];
        self.unhang(node);
        let at = node as usize;
        let mut arc = (self.flow[at], self.cost[at], self.up[at]);
        while node != cut {
            let (current, at) = (above, above as usize);
            above = self.parent[at];
            self.unhang(current);
            let own = (self.flow[at], self.cost[at], self.up[at]);
            self.hang(current, node);
            (self.flow[at], self.cost[at], self.up[at]) = (arc.0, arc.1, !arc.2);
            (arc, node) = (own, current);
        }
    }

    /// Depths and potentials below a node.
    fn settle(&mut self, top: u32) {
        let mut pending = vec![top];
        while let Some(node) = pending.pop() {
            let at = node as usize;
            let parent = self.parent[at] as usize;
            self.depth[at] = self.depth[parent] + 1;
            // Reduced cost 0: cost + potential[from] - potential[to] = 0.
            let step = if self.up[at] { -self.cost[at] } else { self.cost[at] };
            self.potential[at] = self.potential[parent] + step;
            let mut child = self.child[at];
            while child != NONE {
                pending.push(child);
                child = self.next[child as usize];
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::Seed;
    use rand::RngExt;
    use rand::seq::SliceRandom;

    /// Cheapest assignment by trying every one.
    fn by_hand(costs: &[Vec<f64>], row: usize, used: u32) -> f64 {
        if row == costs.len() {
            return 0.0;
        }
        let free = (0..costs.len()).filter(|column| used >> column & 1 == 0);
        free.map(|column| costs[row][column] + by_hand(costs, row + 1, used | 1 << column)).fold(f64::MAX, f64::min)
    }

    #[test]
    fn assignments_cost_what_trying_every_one_finds() {
        let mut generator = Seed(5).stream("assignments", 0);
        for round in 0..60 {
            let n = 2 + round % 6;
            let integers = round % 2 == 0;
            let mut draw =
                || if integers { f64::from(generator.random_range(0..4)) } else { generator.random::<f64>() };
            let costs: Vec<Vec<f64>> = (0..n).map(|_| (0..n).map(|_| draw()).collect()).collect();
            let mut arcs: Vec<Arc> = (0..n * n)
                .map(|at| Arc { from: (at / n) as u32, to: (n + at % n) as u32, cost: costs[at / n][at % n] })
                .collect();
            arcs.shuffle(&mut generator);
            let supply: Vec<f64> = (0..2 * n).map(|node| if node < n { 1.0 } else { -1.0 }).collect();
            assert!((cheapest_flow(&supply, &arcs) - by_hand(&costs, 0, 0)).abs() < 1e-9, "{costs:?}");
        }
    }

    #[test]
    fn flow_goes_through_nodes_between_where_that_is_cheaper() {
        let arcs = [(0, 1, 5.0), (0, 2, 1.0), (2, 1, 1.5), (1, 0, 0.0)].map(|(from, to, cost)| Arc { from, to, cost });
        assert!((cheapest_flow(&[2.0, -2.0, 0.0], &arcs) - 5.0).abs() < 1e-12);
        assert_eq!(cheapest_flow(&[0.0; 3], &arcs), 0.0);
    }
}
