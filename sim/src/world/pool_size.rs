//! How many nodes a pool can have, whatever the cores of its account. A pool that wants more does not reach its size.

use super::{PoolIndex, World};

/// A bound for the nodes of a pool, and its name in the error of the resize.
type Bound = (u32, &'static str);

/// What the resource id of an image that stands by itself, outside galleries, has in it.
const MANAGED_IMAGE: &str = "/microsoft.compute/images/";

impl World {
    /// How many of the nodes a pool wants it can get. Where these are fewer, what keeps it from having more.
    pub(super) fn fitting_nodes(
        &self,
        index: PoolIndex,
        dedicated: bool,
        wanted: u32,
    ) -> (u32, Option<String>) {
        let Some(pool) = self.pool(index) else {
            return (0, None);
        };
        let number = |nodes: usize| u32::try_from(nodes).unwrap_or(u32::MAX);
        let of_pool = number(pool.nodes.len());
        let of_kind = || {
            let nodes = pool.nodes.values().filter_map(|node| self.node(*node));
            number(nodes.filter(|node| node.dedicated == dedicated).count())
        };
        let in_all = self.bounds(index).map(|bound| (bound, of_pool));
        let of_image = self
            .bound_of_image(index, dedicated)
            .map(|bound| (bound, of_kind()));
        let narrowest = in_all
            .chain(of_image)
            .map(|((most, what), present)| (most.saturating_sub(present), most, what))
            .min();
        match narrowest {
            Some((room, most, what)) if room < wanted => {
                (room, Some(format!("{what} can have {most} nodes at most")))
            }
            _ => (wanted, None),
        }
    }

    /// The bounds for all nodes of a pool together.
    fn bounds(&self, index: PoolIndex) -> impl Iterator<Item = Bound> {
        let quotas = self.config.quotas;
        let model = self.pool(index).map(|pool| &pool.model);
        let communicates = model.is_some_and(|model| model.enable_inter_node_communication == Some(true));
        let of_owner = model
            .and_then(|model| model.network_configuration.as_ref())
            .and_then(|network| network.public_ip_address_configuration.as_ref())
            .map_or(0, |addresses| addresses.ip_address_ids.len());
        let count = u32::try_from(of_owner).unwrap_or(u32::MAX);
        let own = (self.config.nodes_per_pool_max, "A pool of this simulated world");
        let communicating = quotas.nodes_per_communicating_pool.filter(|_| communicates);
        let with_addresses = quotas.nodes_per_public_ip_address.filter(|_| count > 0);
        let bounds = [
            Some(own),
            communicating.map(|most| (most, "A pool with inter-node communication")),
            with_addresses.map(|most| {
                (
                    most.saturating_mul(count),
                    "A pool with these public IP addresses",
                )
            }),
        ];
        bounds.into_iter().flatten()
    }

    /// The bound for the nodes of one kind, where they are made from an image outside galleries.
    fn bound_of_image(&self, index: PoolIndex, dedicated: bool) -> Option<Bound> {
        let machine = self.pool(index)?.model.virtual_machine_configuration.as_ref()?;
        let image = machine.image_reference.virtual_machine_image_id.as_deref()?;
        if !image.to_ascii_lowercase().contains(MANAGED_IMAGE) {
            return None;
        }
        let quotas = self.config.quotas;
        let most = if dedicated {
            quotas.dedicated_nodes_per_managed_image
        } else {
            quotas.low_priority_nodes_per_managed_image
        };
        most.map(|most| (most, "A pool of this kind of nodes from a managed image"))
    }
}
