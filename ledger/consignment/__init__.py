"""What a buyer gets with a shipment: one archive with the records, and what checks them.

`gathered` reads what is known of a container, a pallet or a lot and judges a bag of every lot;
`summary` sets it on paper, `archive` puts everything into one file, `shares` keeps such files for
those who have their address.
"""
